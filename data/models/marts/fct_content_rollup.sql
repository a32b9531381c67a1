-- one row per dimension, group of it (dimension all: a single one), day and origin of posts; sums as in
-- fct_content_daily
with

content as (select * from fct_content_daily),

summed as (
    select
        posted_date,
        origin,
        country_code,
        sector,
        company_size,
        acquisition_channel,
        platform,
        content_kind,
        case
            when grouping(country_code) = 0 then 'country_code'
            when grouping(sector) = 0 then 'sector'
            when grouping(company_size) = 0 then 'company_size'
            when grouping(acquisition_channel) = 0 then 'acquisition_channel'
            when grouping(platform) = 0 then 'platform'
            when grouping(content_kind) = 0 then 'content_kind'
            else 'all'
        end as dimension,
        cast(sum(posts) as bigint) as posts,
        cast(sum(measured_posts) as bigint) as measured_posts,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(orders) as bigint) as orders,
        cast(sum(orders_squared) as bigint) as orders_squared,
        cast(sum(orders_by_clicks) as bigint) as orders_by_clicks,
        cast(sum(clicks_squared) as bigint) as clicks_squared
    from content
    group by
        grouping sets (
            (posted_date, origin),
            (posted_date, origin, country_code),
            (posted_date, origin, sector),
            (posted_date, origin, company_size),
            (posted_date, origin, acquisition_channel),
            (posted_date, origin, platform),
            (posted_date, origin, content_kind)
        )
),

-- rows of one dimension lie together, so that a question reads only these
sorted as (
    select
        dimension,
        coalesce(country_code, sector, company_size, acquisition_channel, platform, content_kind) as group_value,
        posted_date,
        origin,
        posts,
        measured_posts,
        clicks,
        orders,
        orders_squared,
        orders_by_clicks,
        clicks_squared
    from summed
    order by
        dimension,
        posted_date
)

select * from sorted
