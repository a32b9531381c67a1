-- one row per dimension, group of it (dimension all: a single one), day and whether an ambassador brought the
-- buyer: first orders
with

first_orders as (select * from fct_first_orders),

flagged as (
    select
        *,
        ambassador_id is not null as is_referred
    from first_orders
),

summed as (
    select
        ordered_date,
        is_referred,
        country_code,
        sector,
        company_size,
        acquisition_channel,
        programme,
        lever,
        case
            when grouping(country_code) = 0 then 'country_code'
            when grouping(sector) = 0 then 'sector'
            when grouping(company_size) = 0 then 'company_size'
            when grouping(acquisition_channel) = 0 then 'acquisition_channel'
            when grouping(programme) = 0 then 'programme'
            when grouping(lever) = 0 then 'lever'
            else 'all'
        end as dimension,
        count(*) as customers
    from flagged
    group by
        grouping sets (
            (ordered_date, is_referred),
            (ordered_date, is_referred, country_code),
            (ordered_date, is_referred, sector),
            (ordered_date, is_referred, company_size),
            (ordered_date, is_referred, acquisition_channel),
            (ordered_date, is_referred, programme),
            (ordered_date, is_referred, lever)
        )
),

-- rows of one dimension lie together, so that a question reads only these
sorted as (
    select
        dimension,
        coalesce(country_code, sector, company_size, acquisition_channel, programme, lever) as group_value,
        ordered_date,
        is_referred,
        customers
    from summed
    order by
        dimension,
        ordered_date
)

select * from sorted
