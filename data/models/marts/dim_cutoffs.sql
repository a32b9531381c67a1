-- one row per build: the day before whose midnight everything counts in scores, the day after the last event
with

table_dates as (select * from dim_table_dates),

build_days as (select * from build_day),

last_days as (select max(last_date) as last_date from table_dates),

cutoffs as (
    select least(coalesce(last_days.last_date + 1, build_days.today), build_days.today) as cutoff_date
    from last_days
    cross join build_days
)

select * from cutoffs
