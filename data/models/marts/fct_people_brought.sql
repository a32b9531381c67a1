-- one row per customer brought by an ambassador: the one credited with their first order (last touch, 30 days), else of
-- somebody without an order the one whose referral of them converted first; who had brought somebody before was there
-- already and is brought by nobody, so that no line of these rows comes back to where it began
with

settings as (select * from build_settings),

first_orders as (select * from fct_first_orders),

orders as (select * from fct_orders where is_first_order),

referrals as (select * from stg_referrals where converted_at is not null),

touches as (select * from fct_touches),

customers as (select * from dim_customers),

ambassadors as (select * from dim_ambassadors),

by_order as (
    select
        first_orders.customer_id,
        first_orders.ambassador_id,
        orders.ordered_at as brought_at,
        orders.ordered_date as brought_date
    from first_orders
    inner join orders on first_orders.order_id = orders.order_id
    where first_orders.ambassador_id is not null
),

-- the touches hold only referrals by somebody enrolled then, and none of oneself
converted as (
    select
        referrals.customer_id,
        referrals.ambassador_id,
        referrals.converted_at as brought_at,
        cast(referrals.converted_at at time zone settings.time_zone as date) as brought_date,
        row_number() over (
            partition by referrals.customer_id
            order by referrals.converted_at, referrals.referral_id
        ) as place
    from referrals
    inner join touches on 'referral:' || referrals.referral_id = touches.touch_id
    inner join customers on referrals.customer_id = customers.customer_id
    left join first_orders on referrals.customer_id = first_orders.customer_id
    cross join settings
    where first_orders.customer_id is null
),

brought as (
    select
        customer_id,
        ambassador_id,
        brought_at,
        brought_date
    from by_order
    union all
    select
        customer_id,
        ambassador_id,
        brought_at,
        brought_date
    from converted
    where place = 1
),

described as (
    select
        'customer:' || brought.customer_id as person_id,
        ambassadors.person_id as brought_by_id,
        brought.brought_at,
        brought.brought_date
    from brought
    inner join ambassadors on brought.ambassador_id = ambassadors.ambassador_id
),

ordered as (
    select
        *,
        row_number() over (partition by brought_by_id order by brought_at, person_id) as place
    from described
),

-- along a line each was brought after the one before, of equals the higher id: that leaves no way back
people_brought as (
    select
        described.person_id,
        described.brought_by_id,
        described.brought_date
    from described
    left join ordered on described.person_id = ordered.brought_by_id and ordered.place = 1
    where
        ordered.person_id is null
        or described.brought_at < ordered.brought_at
        or (described.brought_at = ordered.brought_at and described.person_id < ordered.person_id)
)

select * from people_brought
