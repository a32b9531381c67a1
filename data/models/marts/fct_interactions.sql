-- one row per interaction of a customer who is not staff
with

interactions as (select * from stg_interactions),

customers as (select * from dim_customers),

by_customers as (
    select
        interactions.customer_id,
        interactions.occurred_date,
        interactions.kind
    from interactions
    inner join customers on interactions.customer_id = customers.customer_id
)

select * from by_customers
