-- one row per cost, and per reward that cost something (channel ambassador), with the ambassador that it names
with

costs as (select * from stg_costs),

rewards as (select * from stg_rewards),

ambassadors as (select * from dim_ambassadors),

tenures as (select * from dim_tenures),

gathered as (
    select
        'cost:' || costs.cost_id as cost_id,
        costs.incurred_date,
        costs.channel,
        costs.category as cost_category,
        ambassadors.ambassador_id,
        ambassadors.programme,
        ambassadors.lever,
        costs.amount
    from costs
    left join ambassadors on costs.ambassador_id = ambassadors.ambassador_id
    union all
    select
        'reward:' || rewards.reward_id as cost_id,
        rewards.granted_date as incurred_date,
        'ambassador' as channel,
        'reward' as cost_category,
        tenures.ambassador_id,
        tenures.programme,
        tenures.lever,
        rewards.cost_amount as amount
    from rewards
    left join tenures
        on
            rewards.customer_id = tenures.customer_id
            and rewards.granted_at >= tenures.held_from
            and rewards.granted_at < tenures.held_until
    where rewards.cost_amount > 0
)

select * from gathered
