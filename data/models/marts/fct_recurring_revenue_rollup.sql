-- one row per dimension, group of it (dimension all: a single one), day, movement and whether an ambassador
-- brought the customer: changes of what is paid each month, of paying customers, and of squared amounts
with

movements as (select * from fct_recurring_revenue_daily),

summed as (
    select
        movement_date,
        movement,
        is_referred,
        country_code,
        sector,
        company_size,
        acquisition_channel,
        case
            when grouping(country_code) = 0 then 'country_code'
            when grouping(sector) = 0 then 'sector'
            when grouping(company_size) = 0 then 'company_size'
            when grouping(acquisition_channel) = 0 then 'acquisition_channel'
            else 'all'
        end as dimension,
        cast(sum(change_amount) as decimal(18, 4)) as change_amount,
        cast(sum(account_change) as bigint) as account_change,
        sum(squares_change) as squares_change
    from movements
    group by
        grouping sets (
            (movement_date, movement, is_referred),
            (movement_date, movement, is_referred, country_code),
            (movement_date, movement, is_referred, sector),
            (movement_date, movement, is_referred, company_size),
            (movement_date, movement, is_referred, acquisition_channel)
        )
),

-- rows of one dimension lie together, so that a question reads only these
sorted as (
    select
        dimension,
        coalesce(country_code, sector, company_size, acquisition_channel) as group_value,
        movement_date,
        movement,
        is_referred,
        change_amount,
        account_change,
        squares_change
    from summed
    order by
        dimension,
        movement_date
)

select * from sorted
