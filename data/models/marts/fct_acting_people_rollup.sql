-- one row per dimension, group of it (dimension all: a single one), day with acts and day of acting before: people
with

people as (select * from fct_acting_people_daily),

summed as (
    select
        act_date,
        previous_date,
        country_code,
        sector,
        company_size,
        acquisition_channel,
        case
            when grouping(country_code) = 0 then 'country_code'
            when grouping(sector) = 0 then 'sector'
            when grouping(company_size) = 0 then 'company_size'
            when grouping(acquisition_channel) = 0 then 'acquisition_channel'
            else 'all'
        end as dimension,
        count(*) as people
    from people
    group by
        grouping sets (
            (act_date, previous_date),
            (act_date, previous_date, country_code),
            (act_date, previous_date, sector),
            (act_date, previous_date, company_size),
            (act_date, previous_date, acquisition_channel)
        )
),

-- rows of one dimension lie together, so that a question reads only these
sorted as (
    select
        dimension,
        coalesce(country_code, sector, company_size, acquisition_channel) as group_value,
        act_date,
        previous_date,
        people
    from summed
    order by
        dimension,
        act_date
)

select * from sorted
