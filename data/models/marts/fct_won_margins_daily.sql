-- one row per month in which customers were won, day, and ambassador who won them: the margin of their orders, the first
-- and the later ones, net of every refund known
with

orders as (select * from fct_orders),

first_orders as (select * from fct_first_orders where ambassador_id is not null),

daily as (
    select
        cast(date_trunc('month', first_orders.ordered_date) as date) as first_month,
        orders.ordered_date,
        first_orders.ambassador_id,
        first_orders.programme,
        first_orders.lever,
        cast(sum(orders.margin_amount) as decimal(18, 4)) as margin_amount
    from orders
    inner join first_orders on orders.customer_id = first_orders.customer_id
    group by all
)

select * from daily
