-- one row per order of a customer whom an ambassador won, with the buyer's segments and that ambassador
with

orders as (select * from fct_orders),

first_orders as (select * from fct_first_orders where ambassador_id is not null),

won as (
    select
        orders.order_id,
        orders.customer_id,
        orders.ordered_date,
        orders.revenue_amount,
        first_orders.ambassador_id,
        first_orders.programme,
        first_orders.lever,
        first_orders.country_code,
        first_orders.sector,
        first_orders.company_size,
        first_orders.acquisition_channel
    from orders
    inner join first_orders on orders.customer_id = first_orders.customer_id
),

-- rows of one day lie together, so that a question reads only its period
sorted as (
    select *
    from won
    order by ordered_date
)

select * from sorted
