-- one row per reward granted to a customer who is not staff
with

rewards as (select * from stg_rewards),

customers as (select * from dim_customers),

of_customers as (
    select
        rewards.reward_id,
        rewards.customer_id,
        rewards.granted_date,
        rewards.rung,
        rewards.kind
    from rewards
    inner join customers on rewards.customer_id = customers.customer_id
)

select * from of_customers
