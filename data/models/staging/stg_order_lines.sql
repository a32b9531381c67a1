-- one row per line of an order
with

order_lines as (select * from landing_order_lines),

selected as (
    select
        order_id,
        line_no,
        product_id,
        quantity,
        net_amount
    from order_lines
)

select * from selected
