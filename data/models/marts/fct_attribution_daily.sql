-- one row per model, window, day, ambassador and buyer's segments: credited revenue and margin on the order's day net of
-- every refund; ledger_amount books the order on its day and each refund on its own
with

credits as (select * from fct_credits),

refunds as (select * from stg_refunds),

customers as (select * from dim_customers),

ambassadors as (select * from dim_ambassadors),

booked as (
    select
        model,
        window_days,
        ordered_date as credit_date,
        ambassador_id,
        customer_id,
        cast(round(cast(revenue_amount as double) * to_share, 4) as decimal(18, 4))
        - cast(round(cast(revenue_amount as double) * from_share, 4) as decimal(18, 4)) as revenue_amount,
        cast(round(cast(margin_amount as double) * to_share, 4) as decimal(18, 4))
        - cast(round(cast(margin_amount as double) * from_share, 4) as decimal(18, 4)) as margin_amount,
        cast(round(cast(net_amount as double) * to_share, 4) as decimal(18, 4))
        - cast(round(cast(net_amount as double) * from_share, 4) as decimal(18, 4)) as ledger_amount
    from credits
    union all
    select
        credits.model,
        credits.window_days,
        refunds.refunded_date as credit_date,
        credits.ambassador_id,
        credits.customer_id,
        0 as revenue_amount,
        0 as margin_amount,
        cast(round(cast(refunds.amount as double) * credits.from_share, 4) as decimal(18, 4))
        - cast(round(cast(refunds.amount as double) * credits.to_share, 4) as decimal(18, 4)) as ledger_amount
    from credits
    inner join refunds on credits.order_id = refunds.order_id
),

daily as (
    select
        booked.credit_date,
        booked.model,
        booked.window_days,
        ambassadors.ambassador_id,
        ambassadors.programme,
        ambassadors.lever,
        customers.country_code,
        customers.sector,
        customers.company_size,
        customers.acquisition_channel,
        cast(sum(booked.revenue_amount) as decimal(18, 4)) as revenue_amount,
        cast(sum(booked.margin_amount) as decimal(18, 4)) as margin_amount,
        cast(sum(booked.ledger_amount) as decimal(18, 4)) as ledger_amount
    from booked
    inner join customers on booked.customer_id = customers.customer_id
    inner join ambassadors on booked.ambassador_id = ambassadors.ambassador_id
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
