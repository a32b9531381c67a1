-- one row per contribution to a challenge
with

settings as (select * from build_settings),

contributions as (select * from landing_contributions),

dated as (
    select
        contributions.contribution_id,
        contributions.challenge_id,
        contributions.customer_id,
        contributions.quantity,
        contributions.occurred_at,
        cast(contributions.occurred_at at time zone settings.time_zone as date) as occurred_date
    from contributions
    cross join settings
)

select * from dated
