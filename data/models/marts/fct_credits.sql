-- one row per attribution model, window, order and touch credited; credits of an order add up to the order exactly
with

windows (window_days) as (values (7), (30), (60), (90)),

orders as (select * from fct_orders),

touches as (select * from fct_touches),

candidates as (
    select
        orders.order_id,
        orders.ordered_at,
        touches.touch_id,
        touches.ambassador_id,
        touches.touched_at,
        touches.evidence_rank
    from orders
    inner join touches
        on
            orders.customer_id = touches.customer_id
            and touches.touched_at >= orders.ordered_at - interval 90 day
            and touches.touched_at <= orders.ordered_at
    where touches.order_id is null or touches.order_id = orders.order_id
),

in_window as (
    select
        windows.window_days,
        candidates.*
    from candidates
    inner join windows
        on
            (windows.window_days = 90)
            or (windows.window_days = 60 and candidates.touched_at >= candidates.ordered_at - interval 60 day)
            or (windows.window_days = 30 and candidates.touched_at >= candidates.ordered_at - interval 30 day)
            or (windows.window_days = 7 and candidates.touched_at >= candidates.ordered_at - interval 7 day)
),

ranked as (
    select
        *,
        row_number() over (
            partition by window_days, order_id
            order by touched_at desc, evidence_rank, ambassador_id, touch_id
        ) as from_last,
        row_number() over (
            partition by window_days, order_id
            order by touched_at, evidence_rank, ambassador_id, touch_id
        ) as from_first,
        count(*) over (partition by window_days, order_id) as touches
    from in_window
),

shared as (
    select 'last' as model, window_days, order_id, touch_id, ambassador_id, 1 as share_no, 1 as shares
    from ranked
    where from_last = 1
    union all
    select 'first' as model, window_days, order_id, touch_id, ambassador_id, 1 as share_no, 1 as shares
    from ranked
    where from_first = 1
    union all
    select 'linear' as model, window_days, order_id, touch_id, ambassador_id, from_first as share_no, touches as shares
    from ranked
),

credits as (
    select
        shared.model,
        shared.window_days,
        shared.order_id,
        shared.touch_id,
        shared.ambassador_id,
        orders.customer_id,
        orders.ordered_date,
        cast(shared.share_no - 1 as double) / shared.shares as from_share,
        cast(shared.share_no as double) / shared.shares as to_share,
        orders.net_amount,
        orders.revenue_amount,
        orders.margin_amount
    from shared
    inner join orders on shared.order_id = orders.order_id
)

select * from credits
