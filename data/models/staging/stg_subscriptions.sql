-- one row per subscription and moment from which an amount holds
with

settings as (select * from build_settings),

subscriptions as (select * from landing_subscriptions),

dated as (
    select
        subscriptions.subscription_id,
        subscriptions.customer_id,
        subscriptions.product_id,
        subscriptions.monthly_amount,
        subscriptions.effective_at,
        cast(subscriptions.effective_at at time zone settings.time_zone as date) as effective_date
    from subscriptions
    cross join settings
)

select * from dated
