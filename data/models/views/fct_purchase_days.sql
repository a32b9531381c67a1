-- one row per customer and day on which they bought something that they kept, numbered from the first
with

orders as (select * from fct_company_orders),

customers as (select * from dim_customers),

-- what was refunded in full was no purchase; two orders of a day are one
kept as (
    select
        customer_id,
        ordered_date as purchase_date,
        ambassador_id is not null as is_referred,
        programme,
        lever,
        country_code,
        sector,
        company_size,
        acquisition_channel,
        sum(revenue_amount) as revenue_amount,
        sum(margin_amount) as margin_amount
    from orders
    group by
        customer_id,
        ordered_date,
        ambassador_id,
        programme,
        lever,
        country_code,
        sector,
        company_size,
        acquisition_channel
    having sum(revenue_amount) > 0
),

numbered as (
    select
        *,
        row_number() over (partition by customer_id order by purchase_date) as purchase_no,
        min(purchase_date) over (partition by customer_id) as first_purchase_date,
        lag(purchase_date) over (partition by customer_id order by purchase_date) as previous_date
    from kept
),

purchases as (
    select
        numbered.customer_id,
        numbered.purchase_date,
        numbered.purchase_no,
        numbered.first_purchase_date,
        date_diff('day', numbered.previous_date, numbered.purchase_date) as gap_days,
        numbered.revenue_amount,
        numbered.margin_amount,
        customers.joined_date,
        numbered.is_referred,
        numbered.programme,
        numbered.lever,
        numbered.country_code,
        numbered.sector,
        numbered.company_size,
        numbered.acquisition_channel
    from numbered
    inner join customers on numbered.customer_id = customers.customer_id
)

select * from purchases
