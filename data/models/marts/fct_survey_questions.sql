-- one row per question asked of a customer who is not staff, with the answer if there is one; no comments
with

surveys as (select * from stg_surveys),

customers as (select * from dim_customers),

of_customers as (
    select
        surveys.response_id,
        surveys.customer_id,
        surveys.kind,
        surveys.asked_date,
        surveys.answered_date,
        surveys.score
    from surveys
    inner join customers on surveys.customer_id = customers.customer_id
)

select * from of_customers
