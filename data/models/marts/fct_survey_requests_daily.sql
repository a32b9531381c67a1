-- one row per day of asking, audience, kind and the respondent's segments
with

surveys as (select * from stg_surveys),

respondents as (select * from dim_respondents where moment = 'asked'),

daily as (
    select
        surveys.asked_date,
        surveys.audience,
        surveys.kind as survey_kind,
        respondents.ambassador_id,
        respondents.programme,
        respondents.lever,
        respondents.rung,
        respondents.tenure,
        respondents.country_code,
        respondents.sector,
        respondents.company_size,
        respondents.acquisition_channel,
        count(*) as asked,
        count(surveys.answered_at) as answered
    from surveys
    inner join respondents on surveys.response_id = respondents.response_id
    group by all
)

select * from daily
