-- error: the stretches in which a customer paid overlap, or are others than their recurring revenue began and ended
with

movements as (select * from fct_recurring_revenue_daily),

lifetimes as (select * from fct_subscription_lifetimes),

moved as (
    select
        customer_id,
        sum(case when account_change = 1 then 1 else 0 end) as begun,
        sum(case when account_change = -1 then 1 else 0 end) as ended,
        sum(case when account_change = 1 then date_diff('day', date '2000-01-01', movement_date) else 0 end) as begun_days,
        sum(case when account_change = -1 then date_diff('day', date '2000-01-01', movement_date) else 0 end) as ended_days,
        sum(change_amount) as amount
    from movements
    group by customer_id
),

followed as (
    select
        *,
        lag(ended_date) over (partition by customer_id order by stretch_no) as previous_end
    from lifetimes
),

stretched as (
    select
        customer_id,
        count(*) as begun,
        count(ended_date) as ended,
        max(stretch_no) as last_no,
        sum(date_diff('day', date '2000-01-01', started_date)) as begun_days,
        coalesce(sum(date_diff('day', date '2000-01-01', ended_date)), 0) as ended_days,
        sum(
            case
                when ended_date <= started_date then 1
                when stretch_no > 1 and previous_end is null then 1
                when previous_end >= started_date then 1
                else 0
            end
        ) as overlaps
    from followed
    group by customer_id
),

offending as (
    select coalesce(moved.customer_id, stretched.customer_id) as subject
    from moved
    full outer join stretched on moved.customer_id = stretched.customer_id
    where
        coalesce(moved.begun, 0) <> coalesce(stretched.begun, 0)
        or coalesce(moved.ended, 0) <> coalesce(stretched.ended, 0)
        or coalesce(moved.begun_days, 0) <> coalesce(stretched.begun_days, 0)
        or coalesce(moved.ended_days, 0) <> coalesce(stretched.ended_days, 0)
        or (moved.amount > 0) <> (stretched.begun > stretched.ended)
        or stretched.begun <> stretched.last_no
        or stretched.overlaps > 0
)

select * from offending
