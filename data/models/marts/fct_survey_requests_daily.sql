-- one row per day of asking, audience, kind and the respondent's segments
with

-- only who is asked as an ambassador answers for an enrolment
surveys as (
    select
        *,
        case when audience = 'ambassador' then customer_id end as ambassador_customer_id
    from stg_surveys
),

customers as (select * from dim_customers),

tenures as (select * from dim_tenures),

rungs as (select * from dim_rungs),

-- where no reward was ever recorded, nobody is known to have none
recorded as (select count(*) as rungs from dim_rungs),

described as (
    select
        surveys.asked_date,
        surveys.answered_at,
        surveys.audience,
        surveys.kind as survey_kind,
        tenures.ambassador_id,
        tenures.programme,
        tenures.lever,
        case
            when tenures.ambassador_id is not null and recorded.rungs > 0 then coalesce(rungs.rung, 'no_reward')
        end as rung,
        case when surveys.audience = 'ambassador' then tenures.enrolled_date else customers.joined_date end as since_date,
        customers.country_code,
        customers.sector,
        customers.company_size,
        customers.acquisition_channel
    from surveys
    inner join customers on surveys.customer_id = customers.customer_id
    left join tenures
        on
            surveys.ambassador_customer_id = tenures.customer_id
            and surveys.asked_at >= tenures.held_from
            and surveys.asked_at < tenures.held_until
    left join rungs
        on
            surveys.ambassador_customer_id = rungs.customer_id
            and surveys.asked_at > rungs.held_from
            and surveys.asked_at <= rungs.held_until
    cross join recorded
),

daily as (
    select
        asked_date,
        audience,
        survey_kind,
        ambassador_id,
        programme,
        lever,
        rung,
        case
            when asked_date < since_date then null
            when asked_date < since_date + interval 3 month then 'under_3_months'
            when asked_date < since_date + interval 6 month then '3_to_6_months'
            when asked_date < since_date + interval 12 month then '6_to_12_months'
            when asked_date < since_date + interval 24 month then '1_to_2_years'
            when since_date is not null then 'over_2_years'
        end as tenure,
        country_code,
        sector,
        company_size,
        acquisition_channel,
        count(*) as asked,
        count(answered_at) as answered
    from described
    group by all
)

select * from daily
