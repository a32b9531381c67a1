-- one row per survey sent, answered or not, and moment that asks who the respondent was: being asked, and answering (only
-- where they did); their enrolment, rung and time with the company then, and their segments
with

surveys as (select * from stg_surveys),

customers as (select * from dim_customers),

tenures as (select * from dim_tenures),

rungs as (select * from dim_rungs),

-- where no reward was ever recorded, nobody is known to have none
recorded as (select count(*) as rungs from dim_rungs),

moments as (
    select
        response_id,
        'asked' as moment,
        customer_id,
        audience,
        asked_at as moment_at,
        asked_date as moment_date
    from surveys
    union all
    select
        response_id,
        'answered' as moment,
        customer_id,
        audience,
        answered_at as moment_at,
        answered_date as moment_date
    from surveys
    where answered_at is not null
),

-- only who is asked as an ambassador answers for an enrolment
enrolled as (
    select
        *,
        case when audience = 'ambassador' then customer_id end as ambassador_customer_id
    from moments
),

described as (
    select
        enrolled.response_id,
        enrolled.moment,
        enrolled.moment_date,
        tenures.ambassador_id,
        tenures.programme,
        tenures.lever,
        case
            when tenures.ambassador_id is not null and recorded.rungs > 0 then coalesce(rungs.rung, 'no_reward')
        end as rung,
        case when enrolled.audience = 'ambassador' then tenures.enrolled_date else customers.joined_date end as since_date,
        customers.country_code,
        customers.sector,
        customers.company_size,
        customers.acquisition_channel
    from enrolled
    inner join customers on enrolled.customer_id = customers.customer_id
    left join tenures
        on
            enrolled.ambassador_customer_id = tenures.customer_id
            and enrolled.moment_at >= tenures.held_from
            and enrolled.moment_at < tenures.held_until
    left join rungs
        on
            enrolled.ambassador_customer_id = rungs.customer_id
            and enrolled.moment_at > rungs.held_from
            and enrolled.moment_at <= rungs.held_until
    cross join recorded
),

banded as (
    select
        response_id,
        moment,
        ambassador_id,
        programme,
        lever,
        rung,
        case
            when moment_date < since_date then null
            when moment_date < since_date + interval 3 month then 'under_3_months'
            when moment_date < since_date + interval 6 month then '3_to_6_months'
            when moment_date < since_date + interval 12 month then '6_to_12_months'
            when moment_date < since_date + interval 24 month then '1_to_2_years'
            when since_date is not null then 'over_2_years'
        end as tenure,
        country_code,
        sector,
        company_size,
        acquisition_channel
    from described
)

select * from banded
