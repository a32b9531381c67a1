-- error: the active ambassadors counted from spells differ from those counted from their acts
with

acts as (select * from fct_ambassador_acts_daily),

movements as (select * from fct_active_ambassadors_daily),

windows (window_days) as (values (30), (90)),

offsets (days_before) as (values (0), (45), (180), (400)),

last_day as (select max(act_date) + 1 as end_date from acts),

boundaries as (
    select
        windows.window_days,
        cast(last_day.end_date - offsets.days_before as date) as end_date
    from last_day
    cross join offsets
    cross join windows
),

counted as (
    select
        boundaries.window_days,
        boundaries.end_date,
        count(distinct acts.ambassador_id) as ambassadors
    from boundaries
    inner join acts
        on
            acts.act_date < boundaries.end_date
            and acts.act_date >= boundaries.end_date - boundaries.window_days
            and (acts.left_date is null or acts.left_date >= boundaries.end_date)
    group by
        boundaries.window_days,
        boundaries.end_date
),

summed as (
    select
        boundaries.window_days,
        boundaries.end_date,
        sum(movements.change) as ambassadors
    from boundaries
    inner join movements
        on
            boundaries.window_days = movements.window_days
            and movements.movement_date < boundaries.end_date
    group by
        boundaries.window_days,
        boundaries.end_date
),

offending as (
    select boundaries.window_days || ' days before ' || boundaries.end_date as subject
    from boundaries
    left join counted
        on
            boundaries.window_days = counted.window_days
            and boundaries.end_date = counted.end_date
    left join summed
        on
            boundaries.window_days = summed.window_days
            and boundaries.end_date = summed.end_date
    where coalesce(counted.ambassadors, 0) <> coalesce(summed.ambassadors, 0)
)

select * from offending
