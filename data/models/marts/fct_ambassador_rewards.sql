-- one row per reward granted to an ambassador while enrolled
with

rewards as (select * from stg_rewards),

tenures as (select * from dim_tenures),

described as (
    select
        rewards.reward_id,
        rewards.granted_date,
        rewards.rung,
        rewards.kind as reward_kind,
        rewards.cost_amount,
        tenures.ambassador_id,
        tenures.programme,
        tenures.lever
    from rewards
    inner join tenures
        on
            rewards.customer_id = tenures.customer_id
            and rewards.granted_at >= tenures.held_from
            and rewards.granted_at < tenures.held_until
)

select * from described
