-- error: the days on which a customer bought do not add up to their orders, or are not numbered one after the other
with

orders as (select * from fct_orders),

purchase_days as (select * from fct_purchase_days),

bought as (
    select
        customer_id,
        sum(revenue_amount) as revenue_amount
    from orders
    group by customer_id
),

counted as (
    select
        customer_id,
        count(*) as days,
        min(purchase_no) as first_no,
        max(purchase_no) as last_no,
        sum(purchase_no) as numbers,
        min(gap_days) as shortest_gap,
        sum(revenue_amount) as revenue_amount,
        max(purchase_date) - min(purchase_date) as span_days,
        coalesce(sum(gap_days), 0) as gaps_days,
        count(gap_days) as gaps,
        min(purchase_date) = min(first_purchase_date)
        and min(purchase_date) = max(first_purchase_date) as has_one_first
    from purchase_days
    group by customer_id
),

offending as (
    select coalesce(bought.customer_id, counted.customer_id) as subject
    from bought
    full outer join counted on bought.customer_id = counted.customer_id
    where
        coalesce(bought.revenue_amount, 0) <> coalesce(counted.revenue_amount, 0)
        or counted.first_no <> 1
        or counted.days <> counted.last_no
        or counted.days * (counted.days + 1) / 2 <> counted.numbers
        or counted.shortest_gap < 1
        or counted.days <> counted.gaps + 1
        or counted.span_days <> counted.gaps_days
        or not counted.has_one_first
)

select * from offending
