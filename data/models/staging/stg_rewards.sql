-- one row per reward granted
with

settings as (select * from build_settings),

rewards as (select * from landing_rewards),

dated as (
    select
        rewards.reward_id,
        rewards.customer_id,
        rewards.rung,
        rewards.kind,
        rewards.cost_amount,
        rewards.content_id,
        rewards.granted_at,
        cast(rewards.granted_at at time zone settings.time_zone as date) as granted_date
    from rewards
    cross join settings
)

select * from dated
