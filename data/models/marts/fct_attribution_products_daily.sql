-- one row per model, window, day and category of product: credited revenue by what was bought
with

credits as (select * from fct_credit_products),

daily as (
    select
        model,
        window_days,
        credit_date,
        product_category,
        cast(sum(revenue_amount) as decimal(18, 4)) as revenue_amount
    from credits
    group by
        model,
        window_days,
        credit_date,
        product_category
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
