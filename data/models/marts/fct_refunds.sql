-- one row per refund of an order of a customer who is not staff, beside what the whole order came to
with

refunds as (select * from stg_refunds),

orders as (select * from fct_orders),

of_orders as (
    select
        refunds.refund_id,
        refunds.order_id,
        orders.customer_id,
        refunds.refunded_date,
        refunds.amount,
        orders.net_amount
    from refunds
    inner join orders on refunds.order_id = orders.order_id
)

select * from of_orders
