-- one row per order of a customer who is not staff; revenue and margin are net of every refund known
with

settings as (select * from build_settings),

customers as (select * from dim_customers),

orders as (select * from stg_orders),

order_lines as (select * from stg_order_lines),

products as (select * from stg_products),

refunds as (select * from stg_refunds),

refund_totals as (
    select
        order_id,
        sum(amount) as refunded_amount
    from refunds
    group by order_id
),

line_costs as (
    select
        order_lines.order_id,
        sum(cast(order_lines.quantity as decimal(38, 4)) * products.unit_cost) as cost_amount
    from order_lines
    inner join products on order_lines.product_id = products.product_id
    group by order_lines.order_id
),

-- an order is the first when no other comes before it: the smaller key of two at the same moment
first_moments as (
    select
        customer_id,
        min(ordered_at) as ordered_at
    from orders
    group by customer_id
),

first_orders as (
    select
        orders.customer_id,
        min(orders.order_id) as order_id
    from orders
    inner join first_moments
        on
            orders.customer_id = first_moments.customer_id
            and orders.ordered_at = first_moments.ordered_at
    group by orders.customer_id
),

costed as (
    select
        orders.order_id,
        orders.customer_id,
        orders.ambassador_id,
        orders.ordered_at,
        orders.ordered_date,
        orders.net_amount,
        coalesce(refund_totals.refunded_amount, 0) as refunded_amount,
        coalesce(
            orders.cost_amount,
            line_costs.cost_amount,
            cast(orders.net_amount as decimal(38, 4)) * (1 - settings.default_margin_rate)
        ) as cost_amount,
        orders.order_id = first_orders.order_id as is_first_order
    from orders
    inner join customers on orders.customer_id = customers.customer_id
    inner join first_orders on orders.customer_id = first_orders.customer_id
    cross join settings
    left join refund_totals on orders.order_id = refund_totals.order_id
    left join line_costs on orders.order_id = line_costs.order_id
),

valued as (
    select
        order_id,
        customer_id,
        ambassador_id,
        ordered_at,
        ordered_date,
        net_amount,
        cast(refunded_amount as decimal(18, 4)) as refunded_amount,
        cast(net_amount - refunded_amount as decimal(18, 4)) as revenue_amount,
        cast(
            round(
                case
                    when net_amount = 0 then net_amount - cost_amount
                    else (net_amount - cost_amount) * (net_amount - refunded_amount) / net_amount
                end,
                4
            ) as decimal(18, 4)
        ) as margin_amount,
        is_first_order
    from costed
)

select * from valued
