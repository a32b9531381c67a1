-- one row per dimension, group of it (dimension all: a single one) and day: acts of advocacy
with

acts as (select * from fct_acts_daily),

summed as (
    select
        act_date,
        country_code,
        sector,
        company_size,
        acquisition_channel,
        programme,
        lever,
        kind,
        platform,
        origin,
        case
            when grouping(country_code) = 0 then 'country_code'
            when grouping(sector) = 0 then 'sector'
            when grouping(company_size) = 0 then 'company_size'
            when grouping(acquisition_channel) = 0 then 'acquisition_channel'
            when grouping(programme) = 0 then 'programme'
            when grouping(lever) = 0 then 'lever'
            when grouping(kind) = 0 then 'kind'
            when grouping(platform) = 0 then 'platform'
            when grouping(origin) = 0 then 'origin'
            else 'all'
        end as dimension,
        cast(sum(acts) as bigint) as acts
    from acts
    group by
        grouping sets (
            (act_date),
            (act_date, country_code),
            (act_date, sector),
            (act_date, company_size),
            (act_date, acquisition_channel),
            (act_date, programme),
            (act_date, lever),
            (act_date, kind),
            (act_date, platform),
            (act_date, origin)
        )
),

-- rows of one dimension lie together, so that a question reads only these
sorted as (
    select
        dimension,
        coalesce(
            country_code,
            sector,
            company_size,
            acquisition_channel,
            programme,
            lever,
            kind,
            platform,
            origin
        ) as group_value,
        act_date,
        acts
    from summed
    order by
        dimension,
        act_date
)

select * from sorted
