-- error: the orders of customers whom an ambassador won, or their margins by month, do not add up to those customers' orders
with

orders as (select * from fct_orders),

first_orders as (select * from fct_first_orders),

won_orders as (select * from fct_won_orders),

won_margins as (select * from fct_won_margins_daily),

-- a customer found twice among first orders is still one
winners as (
    select
        customer_id,
        min(ambassador_id) as ambassador_id
    from first_orders
    where ambassador_id is not null
    group by customer_id
),

expected as (
    select
        winners.ambassador_id,
        count(*) as orders,
        sum(orders.revenue_amount) as revenue_amount,
        sum(orders.margin_amount) as margin_amount
    from orders
    inner join winners on orders.customer_id = winners.customer_id
    group by winners.ambassador_id
),

listed as (
    select
        ambassador_id,
        count(*) as orders,
        sum(revenue_amount) as revenue_amount,
        sum(margin_amount) as margin_amount
    from won_orders
    group by ambassador_id
),

summed as (
    select
        ambassador_id,
        sum(margin_amount) as margin_amount
    from won_margins
    group by ambassador_id
),

ambassadors as (
    select ambassador_id from expected
    union
    select ambassador_id from listed
    union
    select ambassador_id from summed
),

offending as (
    select ambassadors.ambassador_id as subject
    from ambassadors
    left join expected on ambassadors.ambassador_id = expected.ambassador_id
    left join listed on ambassadors.ambassador_id = listed.ambassador_id
    left join summed on ambassadors.ambassador_id = summed.ambassador_id
    where
        coalesce(expected.orders, 0) <> coalesce(listed.orders, 0)
        or coalesce(expected.revenue_amount, 0) <> coalesce(listed.revenue_amount, 0)
        or coalesce(expected.margin_amount, 0) <> coalesce(listed.margin_amount, 0)
        or coalesce(expected.margin_amount, 0) <> coalesce(summed.margin_amount, 0)
)

select * from offending
