-- one row per person and survey asked; no comments
with

settings as (select * from build_settings),

surveys as (select * from landing_surveys),

dated as (
    select
        surveys.response_id,
        surveys.customer_id,
        surveys.audience,
        surveys.kind,
        surveys.score,
        surveys.asked_at,
        surveys.answered_at,
        cast(surveys.asked_at at time zone settings.time_zone as date) as asked_date,
        cast(surveys.answered_at at time zone settings.time_zone as date) as answered_date
    from surveys
    cross join settings
)

select * from dated
