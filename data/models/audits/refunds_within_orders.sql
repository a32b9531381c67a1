-- error: refunds exceed what was paid for the order
with

orders as (select * from stg_orders),

refunds as (select * from stg_refunds),

totals as (
    select
        orders.order_id as subject,
        sum(refunds.amount) - max(orders.net_amount) as excess_amount
    from orders
    inner join refunds on orders.order_id = refunds.order_id
    group by orders.order_id
),

offending as (
    select subject
    from totals
    where excess_amount > 0
)

select * from offending
