-- one row per subscription and day from which an amount holds, until the day of the next: what is paid each month, and
-- what the direct cost of it is, as its product's cost is to its price (null where that is not known)
with

subscriptions as (select * from stg_subscriptions),

products as (select * from stg_products),

customers as (select * from dim_customers),

first_orders as (select * from fct_first_orders),

last_of_day as (
    select
        subscription_id,
        customer_id,
        product_id,
        effective_date,
        monthly_amount
    from subscriptions
    qualify row_number() over (partition by subscription_id, effective_date order by effective_at desc) = 1
),

held as (
    select
        *,
        lead(effective_date) over (partition by subscription_id order by effective_date) as until_date
    from last_of_day
),

costed as (
    select
        held.subscription_id,
        held.customer_id,
        held.product_id,
        products.category as product_category,
        held.effective_date as from_date,
        held.until_date,
        held.monthly_amount,
        case
            when products.unit_price > 0
                then cast(
                    cast(held.monthly_amount as double) * cast(products.unit_cost as double)
                    / cast(products.unit_price as double) as decimal(18, 4)
                )
        end as cost_amount,
        coalesce(first_orders.ambassador_id is not null, false) as is_referred
    from held
    inner join customers on held.customer_id = customers.customer_id
    left join products on held.product_id = products.product_id
    left join first_orders on held.customer_id = first_orders.customer_id
    where held.monthly_amount > 0
)

select * from costed
