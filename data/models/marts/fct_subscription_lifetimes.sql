-- one row per customer and stretch of paying without a pause, numbered from the first; it goes on where ended_date is null
with

changes as (select * from fct_recurring_revenue_daily),

-- each beginning is followed by its end, if it has come
edges as (
    select
        *,
        lead(movement_date) over (partition by customer_id order by movement_date) as next_date
    from changes
    where movement in ('new', 'reactivation', 'churn')
),

lifetimes as (
    select
        customer_id,
        row_number() over (partition by customer_id order by movement_date) as stretch_no,
        movement_date as started_date,
        next_date as ended_date,
        is_referred,
        country_code,
        sector,
        company_size,
        acquisition_channel
    from edges
    where movement <> 'churn'
)

select * from lifetimes
