-- one row per model, window, day, product, ambassador and buyer's segments: credited revenue by what was bought
with

credits as (select * from fct_credits),

shares as (select * from fct_order_shares),

customers as (select * from dim_customers),

ambassadors as (select * from dim_ambassadors),

credited as (
    select
        *,
        cast(round(cast(revenue_amount as double) * to_share, 4) as decimal(18, 4))
        - cast(round(cast(revenue_amount as double) * from_share, 4) as decimal(18, 4)) as credit_amount
    from credits
),

split as (
    select
        credited.model,
        credited.window_days,
        credited.ordered_date as credit_date,
        credited.ambassador_id,
        credited.customer_id,
        shares.product_id,
        shares.product_category,
        cast(round(cast(credited.credit_amount as double) * shares.to_share, 4) as decimal(18, 4))
        - cast(round(cast(credited.credit_amount as double) * shares.from_share, 4) as decimal(18, 4)) as revenue_amount
    from credited
    inner join shares on credited.order_id = shares.order_id
),

daily as (
    select
        split.credit_date,
        split.model,
        split.window_days,
        split.product_id,
        split.product_category,
        ambassadors.ambassador_id,
        ambassadors.programme,
        ambassadors.lever,
        customers.country_code,
        customers.sector,
        customers.company_size,
        customers.acquisition_channel,
        cast(sum(split.revenue_amount) as decimal(18, 4)) as revenue_amount
    from split
    inner join customers on split.customer_id = customers.customer_id
    inner join ambassadors on split.ambassador_id = ambassadors.ambassador_id
    group by all
),

-- rows of one model and window lie together, so that a question reads only these
sorted as (
    select *
    from daily
    order by
        model,
        window_days,
        credit_date
)

select * from sorted
