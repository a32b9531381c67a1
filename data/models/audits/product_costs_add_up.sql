-- error: what the products sold on a day cost does not add up to what that day's orders cost, where their cost is known
with

orders as (select * from fct_orders),

own_costs as (select * from stg_orders),

order_lines as (select * from stg_order_lines),

product_costs as (select * from fct_product_costs_daily),

known as (
    select order_id
    from own_costs
    where cost_amount is not null
    union
    select order_id
    from order_lines
),

spent as (
    select
        orders.ordered_date,
        count(*) as orders,
        sum(orders.revenue_amount - orders.margin_amount) as direct_amount
    from orders
    inner join known on orders.order_id = known.order_id
    group by orders.ordered_date
),

split as (
    select
        ordered_date,
        count(*) as products,
        sum(direct_amount) as direct_amount
    from product_costs
    group by ordered_date
),

offending as (
    select cast(coalesce(spent.ordered_date, split.ordered_date) as varchar) as subject
    from spent
    full outer join split on spent.ordered_date = split.ordered_date
    where
        -- the margin of each order and the cost of each product are rounded to four decimals
        abs(coalesce(spent.direct_amount, 0) - coalesce(split.direct_amount, 0))
        > 0.0001 * (coalesce(spent.orders, 0) + coalesce(split.products, 0))
)

select * from offending
