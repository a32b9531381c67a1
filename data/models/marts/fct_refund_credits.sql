-- one row per refund of a credited order and touch of it: what the refund takes back from the touch, on the refund's own day
with

credits as (select * from fct_credits),

refunds as (select * from stg_refunds),

refunded as (
    select
        credits.order_id,
        credits.touch_id,
        credits.ambassador_id,
        credits.programme,
        credits.lever,
        credits.country_code,
        credits.sector,
        credits.company_size,
        credits.acquisition_channel,
        credits.from_last,
        credits.from_first,
        credits.touches_90,
        credits.touches_60,
        credits.touches_30,
        credits.touches_7,
        credits.is_first_order,
        refunds.refunded_date as credit_date,
        cast(0 as decimal(18, 4)) as revenue_amount,
        cast(0 as decimal(18, 4)) as margin_amount,
        -refunds.amount as ledger_amount
    from credits
    inner join refunds on credits.order_id = refunds.order_id
)

select * from refunded
