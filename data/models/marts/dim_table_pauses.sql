-- one row per table that a company goes on filling, and one for touches of any kind: the most days without an event in
-- the year before its last one
with

settings as (select * from build_settings),

build_days as (select * from build_day),

event_days as (
    select
        'orders' as table_name,
        ordered_date as event_date
    from fct_orders_rollup
    where dimension = 'all'
    union
    select
        'surveys' as table_name,
        asked_date as event_date
    from fct_survey_requests_rollup
    where dimension = 'all'
    union
    select
        'costs' as table_name,
        incurred_date as event_date
    from stg_costs
    union
    select
        'touches' as table_name,
        cast(fct_touches.touched_at at time zone settings.time_zone as date) as event_date
    from fct_touches
    cross join settings
),

ordered as (
    select
        event_days.table_name,
        event_days.event_date,
        lag(event_days.event_date) over (
            partition by event_days.table_name order by event_days.event_date
        ) as previous_date,
        max(event_days.event_date) over (partition by event_days.table_name) as last_date
    from event_days
    cross join build_days
    where event_days.event_date <= build_days.today
),

pauses as (
    select
        table_name,
        max(date_diff('day', previous_date, event_date) - 1) as silent_days
    from ordered
    where previous_date is not null and date_diff('day', event_date, last_date) < 365
    group by table_name
)

select * from pauses
