-- one row per customer and day on which they bought something that they kept, numbered from the first
with

orders as (select * from fct_orders),

first_orders as (select * from fct_first_orders),

customers as (select * from dim_customers),

-- what was refunded in full was no purchase; two orders of a day are one
kept as (
    select
        customer_id,
        ordered_date as purchase_date,
        sum(revenue_amount) as revenue_amount,
        sum(margin_amount) as margin_amount
    from orders
    group by
        customer_id,
        ordered_date
    having sum(revenue_amount) > 0
),

numbered as (
    select
        *,
        row_number() over (partition by customer_id order by purchase_date) as purchase_no,
        first_value(purchase_date) over (partition by customer_id order by purchase_date) as first_purchase_date,
        lag(purchase_date) over (partition by customer_id order by purchase_date) as previous_date
    from kept
),

purchases as (
    select
        numbered.customer_id,
        numbered.purchase_date,
        cast(numbered.purchase_no as integer) as purchase_no,
        numbered.first_purchase_date,
        cast(date_diff('day', numbered.previous_date, numbered.purchase_date) as integer) as gap_days,
        cast(numbered.revenue_amount as decimal(18, 4)) as revenue_amount,
        cast(numbered.margin_amount as decimal(18, 4)) as margin_amount,
        customers.joined_date,
        first_orders.ambassador_id is not null as is_referred,
        first_orders.programme,
        first_orders.lever,
        first_orders.country_code,
        first_orders.sector,
        first_orders.company_size,
        first_orders.acquisition_channel
    from numbered
    inner join first_orders on numbered.customer_id = first_orders.customer_id
    inner join customers on numbered.customer_id = customers.customer_id
)

select * from purchases
