-- one row per customer with an order: the first ever, and the ambassador it is credited to (last touch, 30 days), if any
with

orders as (select * from fct_orders where is_first_order),

credits as (
    select
        order_id,
        ambassador_id
    from fct_credits
    where
        from_last = 1
        and touches_30 > 0
),

customers as (select * from dim_customers),

ambassadors as (select * from dim_ambassadors),

first_orders as (
    select
        orders.customer_id,
        orders.order_id,
        orders.ordered_date,
        ambassadors.ambassador_id,
        ambassadors.programme,
        ambassadors.lever,
        customers.country_code,
        customers.sector,
        customers.company_size,
        customers.acquisition_channel
    from orders
    inner join customers on orders.customer_id = customers.customer_id
    left join credits on orders.order_id = credits.order_id
    left join ambassadors on credits.ambassador_id = ambassadors.ambassador_id
)

select * from first_orders
