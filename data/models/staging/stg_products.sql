-- one row per product or plan
with

products as (select * from landing_products),

selected as (
    select
        product_id,
        name,
        category,
        unit_price,
        unit_cost,
        unit_overhead,
        billing
    from products
)

select * from selected
