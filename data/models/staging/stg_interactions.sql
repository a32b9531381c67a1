-- one row per interaction of a customer with the company
with

settings as (select * from build_settings),

interactions as (select * from landing_interactions),

dated as (
    select
        interactions.interaction_id,
        interactions.customer_id,
        interactions.kind,
        interactions.occurred_at,
        cast(interactions.occurred_at at time zone settings.time_zone as date) as occurred_date
    from interactions
    cross join settings
)

select * from dated
