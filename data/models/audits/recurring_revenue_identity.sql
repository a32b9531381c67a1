-- error: monthly recurring revenue summed from movements differs from the subscriptions in force
with

subscriptions as (select * from stg_subscriptions),

customers as (select * from dim_customers),

movements as (select * from fct_recurring_revenue_daily),

in_force as (
    select
        subscription_id,
        customer_id,
        monthly_amount
    from subscriptions
    qualify row_number() over (partition by subscription_id order by effective_at desc) = 1
),

levels as (
    select
        in_force.customer_id,
        sum(in_force.monthly_amount) as amount
    from in_force
    inner join customers on in_force.customer_id = customers.customer_id
    group by in_force.customer_id
),

summed as (
    select
        customer_id,
        sum(change_amount) as amount
    from movements
    group by customer_id
),

offending as (
    select coalesce(levels.customer_id, summed.customer_id) as subject
    from levels
    full outer join summed on levels.customer_id = summed.customer_id
    where coalesce(levels.amount, 0) <> coalesce(summed.amount, 0)
)

select * from offending
