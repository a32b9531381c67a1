-- one row per person, kind, audience and day with an answer (the day's latest); next_date is the day of their next answer,
-- so that the latest answers of a period are the rows whose next_date lies behind it
with

surveys as (select * from stg_surveys),

customers as (select * from dim_customers),

tenures as (select * from dim_tenures),

rungs as (select * from dim_rungs),

-- where no reward was ever recorded, nobody is known to have none
recorded as (select count(*) as rungs from dim_rungs),

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
        followed.response_id,
        followed.answered_date,
        followed.next_date,
        followed.customer_id,
        followed.audience,
        followed.kind as survey_kind,
        followed.score,
        tenures.ambassador_id,
        tenures.programme,
        tenures.lever,
        case
            when tenures.ambassador_id is not null and recorded.rungs > 0 then coalesce(rungs.rung, 'no_reward')
        end as rung,
        case when followed.audience = 'ambassador' then tenures.enrolled_date else customers.joined_date end as since_date,
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
    left join rungs
        on
            followed.ambassador_customer_id = rungs.customer_id
            and followed.answered_at > rungs.held_from
            and followed.answered_at <= rungs.held_until
    cross join recorded
),

banded as (
    select
        response_id,
        answered_date,
        next_date,
        customer_id,
        audience,
        survey_kind,
        score,
        ambassador_id,
        programme,
        lever,
        rung,
        case
            when answered_date < since_date then null
            when answered_date < since_date + interval 3 month then 'under_3_months'
            when answered_date < since_date + interval 6 month then '3_to_6_months'
            when answered_date < since_date + interval 12 month then '6_to_12_months'
            when answered_date < since_date + interval 24 month then '1_to_2_years'
            when since_date is not null then 'over_2_years'
        end as tenure,
        country_code,
        sector,
        company_size,
        acquisition_channel
    from described
)

select * from banded
