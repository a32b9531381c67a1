-- error: revenue by product does not add up to revenue, or credited revenue by product to credited revenue
with

by_day as (select * from fct_orders_daily),

by_product as (select * from fct_order_products_daily),

credited as (select * from fct_attribution_daily where dimension = 'all'),

credited_by_product as (select * from fct_attribution_products_daily),

totals as (
    select
        'all orders' as subject,
        (select sum(revenue_amount) from by_day) as amount,
        (select sum(revenue_amount) from by_product) as split_amount
    union all
    select
        'credited orders' as subject,
        (select sum(revenue_amount) from credited) as amount,
        (select sum(revenue_amount) from credited_by_product) as split_amount
),

offending as (
    select subject
    from totals
    where coalesce(amount, 0) <> coalesce(split_amount, 0)
)

select * from offending
