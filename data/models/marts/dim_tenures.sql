-- one row per customer and stretch of time as one ambassador; stretches of a customer never overlap, so that a join on
-- customer and moment finds one ambassador at most: of two enrolments at once, the earlier holds until it ends
with

ambassadors as (select * from dim_ambassadors where customer_id is not null),

bounded as (
    select
        *,
        coalesce(left_at, timestamptz '9999-01-01 00:00:00+00') as until_at
    from ambassadors
),

preceded as (
    select
        *,
        max(until_at) over (
            partition by customer_id
            order by enrolled_at, ambassador_id
            rows between unbounded preceding and 1 preceding
        ) as held_before
    from bounded
),

tenures as (
    select
        customer_id,
        ambassador_id,
        programme,
        lever,
        enrolled_date,
        case when held_before > enrolled_at then held_before else enrolled_at end as held_from,
        until_at as held_until
    from preceded
    where
        enrolled_at < until_at
        and (held_before is null or held_before < until_at)
)

select * from tenures
