-- error: what a customer's subscriptions cost each month, on the day of a change, differs from their recurring revenue
with

movements as (select * from fct_recurring_revenue_daily),

amounts as (select * from fct_subscription_amounts),

-- a step for each amount that begins to hold, and one back where it ends
steps as (
    select
        customer_id,
        from_date as step_date,
        monthly_amount as change_amount
    from amounts
    union all
    select
        customer_id,
        until_date as step_date,
        -monthly_amount as change_amount
    from amounts
    where until_date is not null
),

stepped as (
    select
        customer_id,
        step_date,
        sum(change_amount) as change_amount
    from steps
    group by
        customer_id,
        step_date
    having sum(change_amount) <> 0
),

moved as (
    select
        customer_id,
        movement_date,
        sum(change_amount) as change_amount
    from movements
    group by
        customer_id,
        movement_date
),

offending as (
    select distinct coalesce(stepped.customer_id, moved.customer_id) as subject
    from stepped
    full outer join moved
        on
            stepped.customer_id = moved.customer_id
            and stepped.step_date = moved.movement_date
    where coalesce(stepped.change_amount, 0) <> coalesce(moved.change_amount, 0)
)

select * from offending
