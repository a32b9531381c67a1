-- one row per window, ambassador and spell: active at every boundary after started_date and up to ended_date
with

windows (window_days) as (values (30), (90)),

acts as (select * from fct_ambassador_acts_daily),

spaced as (
    select
        windows.window_days,
        acts.ambassador_id,
        acts.left_date,
        acts.act_date,
        lag(acts.act_date) over (
            partition by windows.window_days, acts.ambassador_id
            order by acts.act_date
        ) as previous_date
    from acts
    cross join windows
),

numbered as (
    select
        *,
        sum(case when date_diff('day', previous_date, act_date) <= window_days then 0 else 1 end) over (
            partition by window_days, ambassador_id
            order by act_date
            rows between unbounded preceding and current row
        ) as stretch_no
    from spaced
),

merged as (
    select
        window_days,
        ambassador_id,
        min(act_date) as started_date,
        least(max(act_date) + window_days, coalesce(max(left_date), date '9999-01-01')) as ended_date
    from numbered
    group by
        window_days,
        ambassador_id,
        stretch_no
),

spells as (
    select
        window_days,
        ambassador_id,
        started_date,
        ended_date,
        row_number() over (partition by window_days, ambassador_id order by started_date) as spell_no
    from merged
    where started_date < ended_date
)

select * from spells
