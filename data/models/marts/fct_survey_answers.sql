-- one row per person, kind, audience and day with an answer (the day's latest); next_date is the day of their next answer,
-- so that the latest answers of a period are the rows whose next_date lies behind it
with

surveys as (select * from stg_surveys),

customers as (select * from dim_customers),

tenures as (select * from dim_tenures),

latest_of_day as (
    select
        response_id,
        customer_id,
        audience,
        kind,
        score,
        answered_at,
        answered_date
    from surveys
    where answered_at is not null
    qualify row_number() over (
        partition by customer_id, audience, kind, answered_date
        order by answered_at desc, response_id desc
    ) = 1
),

followed as (
    select
        *,
        -- only who is asked as an ambassador answers for an enrolment
        case when audience = 'ambassador' then customer_id end as ambassador_customer_id,
        lead(answered_date) over (partition by customer_id, audience, kind order by answered_date) as next_date
    from latest_of_day
),

described as (
    select
        followed.answered_date,
        followed.next_date,
        followed.customer_id,
        followed.audience,
        followed.kind as survey_kind,
        followed.score,
        tenures.ambassador_id,
        tenures.programme,
        tenures.lever,
        customers.country_code,
        customers.sector,
        customers.company_size,
        customers.acquisition_channel
    from followed
    inner join customers on followed.customer_id = customers.customer_id
    left join tenures
        on
            followed.ambassador_customer_id = tenures.customer_id
            and followed.answered_at >= tenures.held_from
            and followed.answered_at < tenures.held_until
)

select * from described
