-- one row per day and product: pieces sold and what they cost directly and in overhead, less the share refunded; orders
-- without lines stand under no product, with their own cost, or as revenue of which no cost is known
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

lines as (
    select
        kept.ordered_date,
        order_lines.product_id,
        products.category as product_category,
        cast(order_lines.quantity as double) * kept.kept_share as quantity,
        cast(products.unit_cost as double) as unit_cost,
        cast(products.unit_overhead as double) as unit_overhead
    from kept
    inner join order_lines on kept.order_id = order_lines.order_id
    inner join products on order_lines.product_id = products.product_id
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
        cast(sum(quantity * unit_cost) as decimal(18, 4)) as direct_amount,
        cast(sum(quantity * unit_overhead) as decimal(18, 4)) as overhead_amount,
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
