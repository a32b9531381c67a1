-- one row per dimension, group of it (dimension all: a single one), day, day of the same person's next answer,
-- audience, kind and score: answers
with

answers as (select * from fct_survey_answers),

summed as (
    select
        answered_date,
        next_date,
        audience,
        survey_kind,
        score,
        country_code,
        sector,
        company_size,
        acquisition_channel,
        programme,
        lever,
        rung,
        tenure,
        case
            when grouping(country_code) = 0 then 'country_code'
            when grouping(sector) = 0 then 'sector'
            when grouping(company_size) = 0 then 'company_size'
            when grouping(acquisition_channel) = 0 then 'acquisition_channel'
            when grouping(programme) = 0 then 'programme'
            when grouping(lever) = 0 then 'lever'
            when grouping(rung) = 0 then 'rung'
            when grouping(tenure) = 0 then 'tenure'
            else 'all'
        end as dimension,
        count(*) as answers
    from answers
    group by
        grouping sets (
            (answered_date, next_date, audience, survey_kind, score),
            (answered_date, next_date, audience, survey_kind, score, country_code),
            (answered_date, next_date, audience, survey_kind, score, sector),
            (answered_date, next_date, audience, survey_kind, score, company_size),
            (answered_date, next_date, audience, survey_kind, score, acquisition_channel),
            (answered_date, next_date, audience, survey_kind, score, programme),
            (answered_date, next_date, audience, survey_kind, score, lever),
            (answered_date, next_date, audience, survey_kind, score, rung),
            (answered_date, next_date, audience, survey_kind, score, tenure)
        )
),

-- rows of one dimension lie together, so that a question reads only these
sorted as (
    select
        dimension,
        coalesce(
            country_code, sector, company_size, acquisition_channel, programme, lever, rung, tenure
        ) as group_value,
        answered_date,
        next_date,
        audience,
        survey_kind,
        score,
        answers
    from summed
    order by
        dimension,
        answered_date
)

select * from sorted
