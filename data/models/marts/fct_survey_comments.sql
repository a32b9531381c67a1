-- one row per answer with a comment, of several answers of a person on a day the latest: the only place of what people
-- wrote
with

surveys as (select * from landing_surveys),

answers as (select * from fct_survey_answers),

written as (
    select
        answers.answered_date,
        answers.response_id,
        answers.customer_id,
        answers.audience,
        answers.survey_kind,
        answers.score,
        trim(surveys.comment) as comment,
        answers.ambassador_id,
        answers.programme,
        answers.lever,
        answers.rung,
        answers.tenure,
        answers.country_code,
        answers.sector,
        answers.company_size,
        answers.acquisition_channel
    from surveys
    inner join answers on surveys.response_id = answers.response_id
    where trim(surveys.comment) <> ''
)

select * from written
