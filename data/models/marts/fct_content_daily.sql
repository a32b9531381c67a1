-- one row per day, origin, kind, platform and author's segments of posts that were not removed; conversion is summed over posts
-- whose clicks and orders are both known, and its squares let an interval know that clicks of one post resemble each other
with

posts as (select * from fct_posts),

measured as (
    select
        posted_date,
        origin,
        content_kind,
        platform,
        country_code,
        sector,
        company_size,
        acquisition_channel,
        is_measured,
        coalesce(clicks, 0) as clicks,
        coalesce(orders, 0) as orders
    from posts
),

daily as (
    select
        posted_date,
        origin,
        content_kind,
        platform,
        country_code,
        sector,
        company_size,
        acquisition_channel,
        count(*) as posts,
        cast(sum(case when is_measured and clicks + orders > 0 then 1 else 0 end) as bigint) as measured_posts,
        cast(sum(case when is_measured then clicks else 0 end) as bigint) as clicks,
        cast(sum(case when is_measured then orders else 0 end) as bigint) as orders,
        cast(sum(case when is_measured then orders * orders else 0 end) as bigint) as orders_squared,
        cast(sum(case when is_measured then orders * clicks else 0 end) as bigint) as orders_by_clicks,
        cast(sum(case when is_measured then clicks * clicks else 0 end) as bigint) as clicks_squared
    from measured
    group by all
)

select * from daily
