-- one row per value of a segment that people are filtered by, in the segment's column; the other columns are null
with

customers as (select * from dim_customers),

ambassadors as (select * from dim_ambassadors),

of_customers as (
    select
        country_code,
        sector,
        company_size,
        acquisition_channel
    from customers
    group by
        grouping sets (
            (country_code),
            (sector),
            (company_size),
            (acquisition_channel)
        )
),

of_ambassadors as (
    select
        programme,
        lever
    from ambassadors
    group by
        grouping sets (
            (programme),
            (lever)
        )
),

segments as (
    select
        country_code,
        sector,
        company_size,
        acquisition_channel,
        cast(null as varchar) as programme,
        cast(null as varchar) as lever
    from of_customers
    union all
    select
        null as country_code,
        null as sector,
        null as company_size,
        null as acquisition_channel,
        programme,
        lever
    from of_ambassadors
)

select * from segments
