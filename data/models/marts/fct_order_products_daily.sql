-- one row per day, product (null: orders without lines) and buyer's segments: revenue net of refunds by what was bought
with

orders as (select * from fct_orders),

shares as (select * from fct_order_shares),

customers as (select * from dim_customers),

split as (
    select
        orders.ordered_date,
        orders.customer_id,
        shares.product_id,
        shares.product_category,
        case
            when shares.order_id is null then orders.revenue_amount
            else cast(
                cast(round(cast(orders.revenue_amount as double) * shares.to_share, 4) as decimal(18, 4))
                - cast(round(cast(orders.revenue_amount as double) * shares.from_share, 4) as decimal(18, 4))
                as decimal(18, 4)
            )
        end as revenue_amount
    from orders
    left join shares on orders.order_id = shares.order_id
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
