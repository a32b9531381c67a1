-- one row per day and product: pieces sold and what they cost directly and in overhead, less the share refunded; an order's
-- own cost is split over its lines; without lines it stands under no product, or as revenue of which no cost is known
with

orders as (select * from fct_orders),

own_costs as (select * from stg_orders),

order_lines as (select * from stg_order_lines),

products as (select * from stg_products),

with_lines as (select distinct order_id from order_lines),

kept as (
    select
        order_id,
        ordered_date,
        revenue_amount,
        -- what costs nothing can be refunded by nothing
        case
            when net_amount = 0 then 1.0
            else cast(revenue_amount as double) / cast(net_amount as double)
        end as kept_share
    from orders
),

listed as (
    select
        order_lines.order_id,
        order_lines.product_id,
        products.category as product_category,
        cast(order_lines.quantity as double) as quantity,
        cast(order_lines.net_amount as double) as net_amount,
        cast(order_lines.quantity as double) * cast(products.unit_cost as double) as direct_amount,
        cast(order_lines.quantity as double) * cast(products.unit_overhead as double) as overhead_amount
    from order_lines
    inner join products on order_lines.product_id = products.product_id
),

-- what an order says that it cost holds before what its products cost
totals as (
    select
        listed.order_id,
        max(cast(own_costs.cost_amount as double)) as own_amount,
        sum(listed.direct_amount) as direct_amount,
        sum(listed.net_amount) as net_amount,
        count(*) as lines
    from listed
    inner join own_costs on listed.order_id = own_costs.order_id
    group by listed.order_id
),

lines as (
    select
        kept.ordered_date,
        listed.product_id,
        listed.product_category,
        listed.quantity * kept.kept_share as quantity,
        kept.kept_share * case
            when totals.own_amount is null then listed.direct_amount
            when totals.direct_amount > 0 then totals.own_amount * listed.direct_amount / totals.direct_amount
            -- products that cost nothing say nothing about how it splits: what was paid for them does
            when totals.net_amount > 0 then totals.own_amount * listed.net_amount / totals.net_amount
            else totals.own_amount / totals.lines
        end as direct_amount,
        listed.overhead_amount * kept.kept_share as overhead_amount
    from kept
    inner join listed on kept.order_id = listed.order_id
    inner join totals on kept.order_id = totals.order_id
),

bare as (
    select
        kept.ordered_date,
        kept.revenue_amount,
        kept.kept_share,
        own_costs.cost_amount
    from kept
    inner join own_costs on kept.order_id = own_costs.order_id
    left join with_lines on kept.order_id = with_lines.order_id
    where with_lines.order_id is null
),

daily as (
    select
        ordered_date,
        product_id,
        product_category,
        cast(sum(quantity) as decimal(18, 4)) as quantity,
        cast(sum(direct_amount) as decimal(18, 4)) as direct_amount,
        cast(sum(overhead_amount) as decimal(18, 4)) as overhead_amount,
        cast(0 as decimal(18, 4)) as uncovered_amount
    from lines
    group by
        ordered_date,
        product_id,
        product_category
    union all
    select
        ordered_date,
        cast(null as varchar) as product_id,
        cast(null as varchar) as product_category,
        cast(0 as decimal(18, 4)) as quantity,
        cast(sum(coalesce(cast(cost_amount as double) * kept_share, 0)) as decimal(18, 4)) as direct_amount,
        cast(0 as decimal(18, 4)) as overhead_amount,
        cast(sum(case when cost_amount is null then revenue_amount else 0 end) as decimal(18, 4)) as uncovered_amount
    from bare
    group by ordered_date
)

select * from daily
