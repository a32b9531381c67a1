-- warning: the lines of an order do not add up to its net amount (by more than one cent)
with

orders as (select * from stg_orders),

order_lines as (select * from stg_order_lines),

totals as (
    select
        orders.order_id as subject,
        max(orders.net_amount) - sum(order_lines.net_amount) as difference_amount
    from orders
    inner join order_lines on orders.order_id = order_lines.order_id
    group by orders.order_id
),

offending as (
    select subject
    from totals
    where abs(difference_amount) > 0.01
)

select * from offending
