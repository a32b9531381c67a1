-- one row per table that a company goes on filling: the most days without an event in the year before its last one
with

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
