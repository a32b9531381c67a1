-- one row per dimension, group of it (dimension all: a single one), day of asking, audience and kind
with

requests as (select * from fct_survey_requests_daily),

summed as (
    select
        asked_date,
        audience,
        survey_kind,
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
        cast(sum(asked) as bigint) as asked,
        cast(sum(answered) as bigint) as answered
    from requests
    group by
        grouping sets (
            (asked_date, audience, survey_kind),
            (asked_date, audience, survey_kind, country_code),
            (asked_date, audience, survey_kind, sector),
            (asked_date, audience, survey_kind, company_size),
            (asked_date, audience, survey_kind, acquisition_channel),
            (asked_date, audience, survey_kind, programme),
            (asked_date, audience, survey_kind, lever),
            (asked_date, audience, survey_kind, rung),
            (asked_date, audience, survey_kind, tenure)
        )
),

-- rows of one dimension lie together, so that a question reads only these
sorted as (
    select
        dimension,
        coalesce(
            country_code, sector, company_size, acquisition_channel, programme, lever, rung, tenure
        ) as group_value,
        asked_date,
        audience,
        survey_kind,
        asked,
        answered
    from summed
    order by
        dimension,
        asked_date
)

select * from sorted
