-- one row per day, buyer's segments and ambassador who brought the buyer (null: nobody): orders and revenue net of refunds
with

orders as (select * from fct_orders),

customers as (select * from dim_customers),

first_orders as (select * from fct_first_orders),

daily as (
    select
        orders.ordered_date,
        first_orders.ambassador_id,
        first_orders.programme,
        first_orders.lever,
        customers.country_code,
        customers.sector,
        customers.company_size,
        customers.acquisition_channel,
        count(*) as orders,
        cast(sum(orders.revenue_amount) as decimal(18, 4)) as revenue_amount
    from orders
    inner join customers on orders.customer_id = customers.customer_id
    inner join first_orders on orders.customer_id = first_orders.customer_id
    group by all
)

select * from daily
