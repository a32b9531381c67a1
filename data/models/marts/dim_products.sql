-- one row per product: its name, category and how it is billed
with

products as (select * from stg_products),

described as (
    select
        product_id,
        name as product_name,
        category as product_category,
        billing
    from products
)

select * from described
