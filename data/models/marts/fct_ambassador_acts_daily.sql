-- one row per day and ambassador: the acts done between enrolment and leaving, and the days since the ambassador's last such
-- day, null on the first; left_date ends what they count for
with

acts as (select * from fct_acts),

ambassadors as (select * from dim_ambassadors),

owned as (
    select
        acts.act_date,
        ambassadors.ambassador_id
    from acts
    inner join ambassadors on acts.customer_id = ambassadors.customer_id
    where
        acts.referring_ambassador_id is null
        and acts.acted_at >= ambassadors.enrolled_at
        and (ambassadors.left_at is null or acts.acted_at < ambassadors.left_at)
    union all
    select
        acts.act_date,
        ambassadors.ambassador_id
    from acts
    inner join ambassadors on acts.referring_ambassador_id = ambassadors.ambassador_id
    where
        acts.acted_at >= ambassadors.enrolled_at
        and (ambassadors.left_at is null or acts.acted_at < ambassadors.left_at)
),

daily as (
    select
        act_date,
        ambassador_id,
        count(*) as acts
    from owned
    group by all
),

described as (
    select
        daily.act_date,
        daily.ambassador_id,
        daily.acts,
        date_diff(
            'day',
            lag(daily.act_date) over (partition by daily.ambassador_id order by daily.act_date),
            daily.act_date
        ) as gap_days,
        ambassadors.left_date,
        ambassadors.programme,
        ambassadors.lever,
        ambassadors.country_code,
        ambassadors.sector,
        ambassadors.company_size,
        ambassadors.acquisition_channel
    from daily
    inner join ambassadors on daily.ambassador_id = ambassadors.ambassador_id
)

select * from described
