-- error: an order's currency has no rate in the settings any more
with

settings as (select * from build_settings),

rates as (select * from build_rates),

orders as (select * from landing_orders),

offending as (
    select orders.order_id as subject
    from orders
    cross join settings
    left join rates on orders.currency = rates.currency
    where
        orders.currency <> settings.currency
        and rates.rate is null
)

select * from offending
