-- one row per refund
with

settings as (select * from build_settings),

refunds as (select * from landing_refunds),

dated as (
    select
        refunds.refund_id,
        refunds.order_id,
        refunds.refunded_at,
        refunds.amount,
        cast(refunds.refunded_at at time zone settings.time_zone as date) as refunded_date
    from refunds
    cross join settings
)

select * from dated
