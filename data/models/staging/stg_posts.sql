-- one row per post, organic or with an incentive (paid advertising left out), those removed since included, with what
-- it drew as far as that is known
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
        content.reach,
        content.engagements,
        cast(content.posted_at at time zone settings.time_zone as date) as posted_date,
        cast(content.removed_at at time zone settings.time_zone as date) as removed_date
    from content
    cross join settings
    where content.origin in ('organic', 'incentivised')
)

select * from dated
