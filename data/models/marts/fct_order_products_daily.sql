-- one row per day, product and buyer's segments: revenue net of refunds by what was bought
with

shares as (select * from fct_order_shares),

customers as (select * from dim_customers),

split as (
    select
        ordered_date,
        customer_id,
        product_id,
        product_category,
        cast(round(cast(revenue_amount as double) * to_share, 4) as decimal(18, 4))
        - cast(round(cast(revenue_amount as double) * from_share, 4) as decimal(18, 4)) as revenue_amount
    from shares
),

daily as (
    select
        split.ordered_date,
        split.product_id,
        split.product_category,
        customers.country_code,
        customers.sector,
        customers.company_size,
        customers.acquisition_channel,
        cast(sum(split.revenue_amount) as decimal(18, 4)) as revenue_amount
    from split
    inner join customers on split.customer_id = customers.customer_id
    group by all
)

select * from daily
