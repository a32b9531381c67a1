-- one row per touch of a customer by an enrolled ambassador other than themselves; a code counts on its own order only
with

orders as (select * from fct_orders),

touches as (select * from stg_touches),

referrals as (select * from stg_referrals),

ambassadors as (select * from dim_ambassadors),

gathered as (
    select
        'touch:' || touch_id as touch_id,
        ambassador_id,
        customer_id,
        occurred_at as touched_at,
        kind,
        cast(null as varchar) as order_id
    from touches
    union all
    select
        'referral:' || referral_id as touch_id,
        ambassador_id,
        customer_id,
        referred_at as touched_at,
        'declared' as kind,
        cast(null as varchar) as order_id
    from referrals
    where customer_id is not null
    union all
    select
        'order:' || order_id as touch_id,
        ambassador_id,
        customer_id,
        ordered_at as touched_at,
        'code' as kind,
        order_id
    from orders
    where ambassador_id is not null
),

eligible as (
    select
        gathered.touch_id,
        gathered.ambassador_id,
        gathered.customer_id,
        gathered.touched_at,
        gathered.kind,
        gathered.order_id,
        case gathered.kind when 'code' then 1 when 'link' then 2 when 'content' then 3 else 4 end as evidence_rank
    from gathered
    inner join ambassadors on gathered.ambassador_id = ambassadors.ambassador_id
    where
        gathered.touched_at >= ambassadors.enrolled_at
        and (ambassadors.left_at is null or gathered.touched_at < ambassadors.left_at)
        and (ambassadors.customer_id is null or ambassadors.customer_id <> gathered.customer_id)
)

select * from eligible
