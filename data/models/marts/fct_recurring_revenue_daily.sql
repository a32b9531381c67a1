-- one row per customer and day on which what they pay each month changed; the level at a boundary is the sum before it
with

subscriptions as (select * from stg_subscriptions),

customers as (select * from dim_customers),

first_orders as (select * from fct_first_orders),

last_of_day as (
    select
        subscription_id,
        customer_id,
        effective_date,
        monthly_amount
    from subscriptions
    qualify row_number() over (partition by subscription_id, effective_date order by effective_at desc) = 1
),

-- the amount goes to the customer named on each row: a subscription handed over leaves the one and joins the other
handed as (
    select
        *,
        lag(customer_id) over (partition by subscription_id order by effective_date) as previous_customer_id,
        lag(monthly_amount) over (partition by subscription_id order by effective_date) as previous_amount
    from last_of_day
),

changes as (
    select
        customer_id,
        effective_date,
        monthly_amount as change_amount
    from handed
    union all
    select
        previous_customer_id as customer_id,
        effective_date,
        -previous_amount as change_amount
    from handed
    where previous_customer_id is not null
),

netted as (
    select
        customer_id,
        effective_date,
        sum(change_amount) as change_amount
    from changes
    group by
        customer_id,
        effective_date
    having sum(change_amount) <> 0
),

levelled as (
    select
        *,
        sum(change_amount) over (
            partition by customer_id
            order by effective_date
            rows between unbounded preceding and current row
        ) as after_amount
    from netted
),

classified as (
    select
        customer_id,
        effective_date,
        cast(change_amount as decimal(18, 4)) as change_amount,
        cast(after_amount as decimal(18, 4)) as after_amount,
        cast(after_amount - change_amount as decimal(18, 4)) as before_amount,
        case
            when row_number() over (partition by customer_id order by effective_date) = 1 then 'new'
            when after_amount = change_amount then 'reactivation'
            when after_amount = 0 then 'churn'
            when change_amount > 0 then 'expansion'
            else 'contraction'
        end as movement
    from levelled
),

described as (
    select
        classified.effective_date as movement_date,
        classified.customer_id,
        classified.movement,
        classified.change_amount,
        classified.before_amount,
        classified.after_amount,
        case when classified.before_amount = 0 then 1 when classified.after_amount = 0 then -1 else 0 end as account_change,
        -- a product of two decimals of 18 digits needs more of them
        cast(classified.after_amount as decimal(38, 4)) * classified.after_amount
        - cast(classified.before_amount as decimal(38, 4)) * classified.before_amount as squares_change,
        coalesce(first_orders.ambassador_id is not null, false) as is_referred,
        customers.country_code,
        customers.sector,
        customers.company_size,
        customers.acquisition_channel
    from classified
    inner join customers on classified.customer_id = customers.customer_id
    left join first_orders on classified.customer_id = first_orders.customer_id
)

select * from described
