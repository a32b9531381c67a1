-- one row per customer and stretch of time in which the highest rung of all rewards received stays the same
with

rewards as (select * from stg_rewards),

reached as (
    select
        customer_id,
        rung,
        case rung when 'recognition' then 1 when 'access' then 2 when 'co_creation' then 3 else 4 end as height,
        min(granted_at) as reached_at
    from rewards
    group by
        customer_id,
        rung
),

-- of two rungs reached at one moment the higher comes first, so that the other one is no rise
preceded as (
    select
        *,
        max(height) over (
            partition by customer_id
            order by reached_at, height desc
            rows between unbounded preceding and 1 preceding
        ) as height_before
    from reached
),

rises as (
    select
        customer_id,
        rung,
        reached_at as held_from,
        coalesce(
            lead(reached_at) over (partition by customer_id order by reached_at),
            timestamptz '9999-01-01 00:00:00+00'
        ) as held_until
    from preceded
    where height_before is null or height > height_before
)

select * from rises
