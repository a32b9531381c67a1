-- one row per day, channel, category and ambassador: costs, and what rewards cost beside them (channel ambassador)
with

costs as (select * from stg_costs),

rewards as (select * from stg_rewards),

ambassadors as (select * from dim_ambassadors),

tenures as (select * from dim_tenures),

gathered as (
    select
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
),

daily as (
    select
        incurred_date,
        channel,
        cost_category,
        ambassador_id,
        programme,
        lever,
        cast(sum(amount) as decimal(18, 4)) as amount
    from gathered
    group by all
)

select * from daily
