-- one row per order, with its buyer's segments and first day, and the ambassador who brought the buyer (null: nobody)
with

orders as (select * from fct_orders),

first_orders as (select * from fct_first_orders),

described as (
    select
        orders.order_id,
        orders.customer_id,
        orders.ordered_date,
        orders.net_amount,
        orders.refunded_amount,
        orders.revenue_amount,
        orders.margin_amount,
        first_orders.ordered_date as first_ordered_date,
        first_orders.ambassador_id,
        first_orders.programme,
        first_orders.lever,
        first_orders.country_code,
        first_orders.sector,
        first_orders.company_size,
        first_orders.acquisition_channel
    from orders
    inner join first_orders on orders.customer_id = first_orders.customer_id
)

select * from described
