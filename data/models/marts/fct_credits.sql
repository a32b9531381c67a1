-- one row per order and touch in the 90 days before it: the amounts that the touches share, and the touch's place among
-- them; a shorter window holds the latest of these, so that a touch is number from_first - touches_90 + touches_30 of the
-- touches_30 in 30 days, and outside when that is below 1
with

orders as (select * from fct_orders),

touches as (select * from fct_touches),

customers as (select * from dim_customers),

ambassadors as (select * from dim_ambassadors),

-- in hours, since a day of a moment with a time zone is looked up in the calendar, row by row
candidates as (
    select
        orders.order_id,
        orders.customer_id,
        orders.ordered_date,
        orders.net_amount,
        orders.revenue_amount,
        orders.margin_amount,
        orders.is_first_order,
        touches.touch_id,
        touches.ambassador_id,
        touches.touched_at,
        touches.evidence_rank,
        touches.touched_at >= orders.ordered_at - interval 1440 hour as is_in_60,
        touches.touched_at >= orders.ordered_at - interval 720 hour as is_in_30,
        touches.touched_at >= orders.ordered_at - interval 168 hour as is_in_7
    from orders
    inner join touches
        on
            orders.customer_id = touches.customer_id
            and touches.touched_at >= orders.ordered_at - interval 2160 hour
            and touches.touched_at <= orders.ordered_at
    where touches.order_id is null or touches.order_id = orders.order_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by order_id
            order by touched_at desc, evidence_rank, ambassador_id, touch_id
        ) as from_last,
        row_number() over (
            partition by order_id
            order by touched_at, evidence_rank, ambassador_id, touch_id
        ) as from_first,
        count(*) over (partition by order_id) as touches_90,
        count(*) filter (where is_in_60) over (partition by order_id) as touches_60,
        count(*) filter (where is_in_30) over (partition by order_id) as touches_30,
        count(*) filter (where is_in_7) over (partition by order_id) as touches_7
    from candidates
),

credits as (
    select
        ranked.order_id,
        ranked.touch_id,
        ambassadors.ambassador_id,
        ambassadors.programme,
        ambassadors.lever,
        customers.country_code,
        customers.sector,
        customers.company_size,
        customers.acquisition_channel,
        cast(ranked.from_last as integer) as from_last,
        cast(ranked.from_first as integer) as from_first,
        cast(ranked.touches_90 as integer) as touches_90,
        cast(ranked.touches_60 as integer) as touches_60,
        cast(ranked.touches_30 as integer) as touches_30,
        cast(ranked.touches_7 as integer) as touches_7,
        ranked.is_first_order,
        ranked.ordered_date as credit_date,
        ranked.revenue_amount,
        ranked.margin_amount,
        ranked.net_amount as ledger_amount
    from ranked
    inner join customers on ranked.customer_id = customers.customer_id
    inner join ambassadors on ranked.ambassador_id = ambassadors.ambassador_id
),

-- rows of one day lie together, so that a question reads only its period
sorted as (
    select *
    from credits
    order by credit_date
)

select * from sorted
