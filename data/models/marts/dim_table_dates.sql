-- one row per source table with events: the first and the last day, events dated after the build left out
with

settings as (select * from build_settings),

events as (
    select 'orders' as table_name, ordered_date as event_date from stg_orders
    union all
    select 'refunds' as table_name, refunded_date as event_date from stg_refunds
    union all
    select 'subscriptions' as table_name, effective_date as event_date from stg_subscriptions
    union all
    select 'touches' as table_name, occurred_date as event_date from stg_touches
    union all
    select 'referrals' as table_name, referred_date as event_date from stg_referrals
    union all
    select 'content' as table_name, posted_date as event_date from stg_content
    union all
    select 'interactions' as table_name, occurred_date as event_date from stg_interactions
    union all
    select 'surveys' as table_name, asked_date as event_date from stg_surveys
    union all
    select 'costs' as table_name, incurred_date as event_date from stg_costs
    union all
    select 'rewards' as table_name, granted_date as event_date from stg_rewards
    union all
    select 'contributions' as table_name, occurred_date as event_date from stg_contributions
),

spans as (
    select
        events.table_name,
        min(events.event_date) as first_date,
        max(events.event_date) as last_date
    from events
    cross join settings
    where events.event_date <= settings.today
    group by events.table_name
)

select * from spans
