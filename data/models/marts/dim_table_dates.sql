-- one row per source table with events, and one for the codes on orders: the first and the last day, events dated after
-- the build left out
with

settings as (select * from build_settings),

days as (
    select
        build_day.today,
        cast(build_day.today + 1 as timestamp) at time zone settings.time_zone as ends_at
    from build_day
    cross join settings
),

moments as (
    select
        'orders' as table_name,
        min(ordered_at) as first_at,
        max(ordered_at) as last_at
    from stg_orders
    cross join days
    where ordered_at < days.ends_at
    union all
    select
        'codes' as table_name,
        min(ordered_at) as first_at,
        max(ordered_at) as last_at
    from stg_orders
    cross join days
    where
        ambassador_id is not null
        and ordered_at < days.ends_at
    union all
    select
        'refunds' as table_name,
        min(refunded_at) as first_at,
        max(refunded_at) as last_at
    from stg_refunds
    cross join days
    where refunded_at < days.ends_at
    union all
    select
        'subscriptions' as table_name,
        min(effective_at) as first_at,
        max(effective_at) as last_at
    from stg_subscriptions
    cross join days
    where effective_at < days.ends_at
    union all
    select
        'touches' as table_name,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at
    from stg_touches
    cross join days
    where occurred_at < days.ends_at
    union all
    select
        'referrals' as table_name,
        min(referred_at) as first_at,
        max(referred_at) as last_at
    from stg_referrals
    cross join days
    where referred_at < days.ends_at
    union all
    select
        'content' as table_name,
        min(posted_at) as first_at,
        max(posted_at) as last_at
    from stg_content
    cross join days
    where posted_at < days.ends_at
    union all
    select
        'interactions' as table_name,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at
    from stg_interactions
    cross join days
    where occurred_at < days.ends_at
    union all
    select
        'surveys' as table_name,
        min(asked_at) as first_at,
        -- an answer tells as much as a question that the export reaches so far
        greatest(max(asked_at), max(case when answered_at < days.ends_at then answered_at end)) as last_at
    from stg_surveys
    cross join days
    where asked_at < days.ends_at
    union all
    select
        'rewards' as table_name,
        min(granted_at) as first_at,
        max(granted_at) as last_at
    from stg_rewards
    cross join days
    where granted_at < days.ends_at
    union all
    select
        'contributions' as table_name,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at
    from stg_contributions
    cross join days
    where occurred_at < days.ends_at
),

spans as (
    select
        moments.table_name,
        cast(moments.first_at at time zone settings.time_zone as date) as first_date,
        cast(moments.last_at at time zone settings.time_zone as date) as last_date
    from moments
    cross join settings
    where moments.first_at is not null
    union all
    select
        'costs' as table_name,
        min(stg_costs.incurred_date) as first_date,
        max(stg_costs.incurred_date) as last_date
    from stg_costs
    cross join days
    where stg_costs.incurred_date <= days.today
    having count(*) > 0
)

select * from spans
