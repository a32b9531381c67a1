-- one row per order, amounts in the reporting currency
with

settings as (select * from build_settings),

rates as (select * from build_rates),

orders as (select * from landing_orders),

converted as (
    select
        orders.order_id,
        orders.customer_id,
        orders.ambassador_id,
        orders.ordered_at,
        cast(orders.ordered_at at time zone settings.time_zone as date) as ordered_date,
        case
            when rates.rate is null then orders.net_amount
            else cast(round(cast(orders.net_amount as decimal(38, 4)) * rates.rate, 4) as decimal(18, 4))
        end as net_amount,
        case
            when rates.rate is null then orders.cost_amount
            else cast(round(cast(orders.cost_amount as decimal(38, 4)) * rates.rate, 4) as decimal(18, 4))
        end as cost_amount
    from orders
    cross join settings
    left join rates on orders.currency = rates.currency
)

select * from converted
