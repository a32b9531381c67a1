-- one row per line of an order whose lines have an amount: the slice from_share to to_share of what the order is worth;
-- slices of an order fill 0 to 1 without a gap, so that rounded amounts taken at both edges add up exactly
with

order_lines as (select * from stg_order_lines),

products as (select * from stg_products),

cumulated as (
    select
        order_id,
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

shares as (
    select
        cumulated.order_id,
        cumulated.product_id,
        products.category as product_category,
        cast(cumulated.cumulated_amount - cumulated.net_amount as double)
        / cast(cumulated.total_amount as double) as from_share,
        cast(cumulated.cumulated_amount as double) / cast(cumulated.total_amount as double) as to_share
    from cumulated
    left join products on cumulated.product_id = products.product_id
    where cumulated.total_amount > 0
)

select * from shares
