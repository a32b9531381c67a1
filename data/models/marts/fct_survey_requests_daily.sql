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

daily as (
    select
        surveys.asked_date,
        surveys.audience,
        surveys.kind as survey_kind,
        tenures.ambassador_id,
        tenures.programme,
        tenures.lever,
        customers.country_code,
        customers.sector,
        customers.company_size,
        customers.acquisition_channel,
        count(*) as asked,
        count(surveys.answered_at) as answered
    from surveys
    inner join customers on surveys.customer_id = customers.customer_id
    left join tenures
        on
            surveys.ambassador_customer_id = tenures.customer_id
            and surveys.asked_at >= tenures.held_from
            and surveys.asked_at < tenures.held_until
    group by all
)

select * from daily
