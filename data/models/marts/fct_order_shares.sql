-- one row per order and line, or per order without lines: the slice from_share to to_share of whatever the order is worth;
-- slices of an order fill 0 to 1 without a gap, so that rounded amounts taken at both edges add up exactly
with

orders as (select * from fct_orders),

order_lines as (select * from stg_order_lines),

products as (select * from stg_products),

cumulated as (
    select
        order_id,
        line_no,
        product_id,
        net_amount,
        sum(net_amount) over (
            partition by order_id
            order by line_no
            rows between unbounded preceding and current row
        ) as cumulated_amount,
        sum(net_amount) over (partition by order_id) as total_amount
    from order_lines
),

sliced as (
    select
        order_id,
        product_id,
        cast(cumulated_amount - net_amount as double) / cast(total_amount as double) as from_share,
        cast(cumulated_amount as double) / cast(total_amount as double) as to_share
    from cumulated
    where total_amount > 0
),

shares as (
    select
        orders.order_id,
        orders.customer_id,
        orders.ordered_date,
        orders.revenue_amount,
        sliced.product_id,
        products.category as product_category,
        coalesce(sliced.from_share, 0) as from_share,
        coalesce(sliced.to_share, 1) as to_share
    from orders
    left join sliced on orders.order_id = sliced.order_id
    left join products on sliced.product_id = products.product_id
)

select * from shares
