-- one row per post that was not removed
with

settings as (select * from build_settings),

content as (select * from landing_content),

dated as (
    select
        content.content_id,
        content.customer_id,
        content.platform,
        content.kind,
        content.origin,
        content.clicks,
        content.orders,
        content.posted_at,
        cast(content.posted_at at time zone settings.time_zone as date) as posted_date
    from content
    cross join settings
    where content.removed_at is null
)

select * from dated
