-- one row per order of a customer whom an ambassador won, with the buyer's segments and first day, and that ambassador
with

orders as (select * from fct_company_orders),

-- rows of one day lie together, so that a question reads only its period
won as (
    select
        order_id,
        customer_id,
        ordered_date,
        revenue_amount,
        margin_amount,
        first_ordered_date,
        ambassador_id,
        programme,
        lever,
        country_code,
        sector,
        company_size,
        acquisition_channel
    from orders
    where ambassador_id is not null
    order by ordered_date
)

select * from won
