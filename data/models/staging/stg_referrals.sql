-- one row per referral
with

settings as (select * from build_settings),

referrals as (select * from landing_referrals),

dated as (
    select
        referrals.referral_id,
        referrals.ambassador_id,
        referrals.customer_id,
        referrals.referred_at,
        referrals.converted_at,
        cast(referrals.referred_at at time zone settings.time_zone as date) as referred_date
    from referrals
    cross join settings
)

select * from dated
