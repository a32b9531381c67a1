-- one row per day, origin, kind, platform and author's segments of posts that were not removed; conversion is summed over posts
-- whose clicks and orders are both known, and its squares let an interval know that clicks of one post resemble each other
with

content as (select * from stg_content),

customers as (select * from dim_customers),

measured as (
    select
        posted_date,
        customer_id,
        origin,
        kind,
        platform,
        clicks is not null and orders is not null as is_measured,
        coalesce(clicks, 0) as clicks,
        coalesce(orders, 0) as orders
    from content
),

daily as (
    select
        measured.posted_date,
        measured.origin,
        measured.kind as content_kind,
        measured.platform,
        customers.country_code,
        customers.sector,
        customers.company_size,
        customers.acquisition_channel,
        count(*) as posts,
        cast(sum(case when measured.is_measured and measured.clicks + measured.orders > 0 then 1 else 0 end) as bigint) as measured_posts,
        cast(sum(case when measured.is_measured then measured.clicks else 0 end) as bigint) as clicks,
        cast(sum(case when measured.is_measured then measured.orders else 0 end) as bigint) as orders,
        cast(sum(case when measured.is_measured then measured.orders * measured.orders else 0 end) as bigint) as orders_squared,
        cast(sum(case when measured.is_measured then measured.orders * measured.clicks else 0 end) as bigint) as orders_by_clicks,
        cast(sum(case when measured.is_measured then measured.clicks * measured.clicks else 0 end) as bigint) as clicks_squared
    from measured
    inner join customers on measured.customer_id = customers.customer_id
    group by all
)

select * from daily
