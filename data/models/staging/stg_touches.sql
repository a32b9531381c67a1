-- one row per recorded touch of a customer by an ambassador
with

settings as (select * from build_settings),

touches as (select * from landing_touches),

dated as (
    select
        touches.touch_id,
        touches.ambassador_id,
        touches.customer_id,
        touches.kind,
        touches.occurred_at,
        cast(touches.occurred_at at time zone settings.time_zone as date) as occurred_date
    from touches
    cross join settings
)

select * from dated
