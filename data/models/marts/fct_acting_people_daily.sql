-- one row per day and person with an act; previous_date is the person's last day with an act before, so that the distinct
-- people of a period are the rows whose previous_date lies before it
with

acts as (select * from fct_acts),

days as (
    select
        act_date,
        person_id,
        country_code,
        sector,
        company_size,
        acquisition_channel
    from acts
    group by all
),

preceded as (
    select
        *,
        lag(act_date) over (partition by person_id order by act_date) as previous_date
    from days
)

select * from preceded
