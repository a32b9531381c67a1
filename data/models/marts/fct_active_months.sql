-- one row per ambassador and month with an act as an ambassador: the first day with one in that month, and the month of the
-- first one ever
with

acts as (select * from fct_ambassador_acts_daily),

monthly as (
    select
        min(act_date) as act_date,
        cast(date_trunc('month', act_date) as date) as act_month,
        ambassador_id,
        programme,
        lever,
        country_code,
        sector,
        company_size,
        acquisition_channel
    from acts
    group by all
),

begun as (
    select
        *,
        min(act_month) over (partition by ambassador_id) as first_month
    from monthly
)

select * from begun
