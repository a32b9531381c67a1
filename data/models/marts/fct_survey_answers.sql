-- one row per person, kind, audience and day with an answer (the day's latest); next_date is the day of their next answer,
-- so that the latest answers of a period are the rows whose next_date lies behind it
with

surveys as (select * from stg_surveys),

respondents as (select * from dim_respondents where moment = 'answered'),

latest_of_day as (
    select
        response_id,
        customer_id,
        audience,
        kind,
        score,
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
        respondents.ambassador_id,
        respondents.programme,
        respondents.lever,
        respondents.rung,
        respondents.tenure,
        respondents.country_code,
        respondents.sector,
        respondents.company_size,
        respondents.acquisition_channel
    from followed
    inner join respondents on followed.response_id = respondents.response_id
)

select * from described
