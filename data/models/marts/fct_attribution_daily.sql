-- one row per dimension, group of it (dimension all: a single one), model, window and day: credited revenue and margin
-- net of every refund, ledger_amount with each refund on its own day, first_order_amount of the revenue that customers'
-- first orders brought, refunded_amount taken back of the day's orders; a question about one dimension reads its rows
with

models (model) as (values ('last'), ('first'), ('linear')),

-- a model moves credit between touches, never between buyers: what an order gives is read where one touch has it all
by_buyer as (
    select
        window_days,
        credit_date,
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
        sum(revenue_amount) as revenue_amount,
        sum(margin_amount) as margin_amount,
        sum(ledger_amount) as ledger_amount,
        sum(first_order_amount) as first_order_amount,
        sum(refunded_amount) as refunded_amount
    from fct_credit_shares
    where model = 'last'
    group by
        grouping sets (
            (window_days, credit_date),
            (window_days, credit_date, country_code),
            (window_days, credit_date, sector),
            (window_days, credit_date, company_size),
            (window_days, credit_date, acquisition_channel)
        )
),

by_programme_and_lever as (
    select
        model,
        window_days,
        credit_date,
        programme,
        lever,
        sum(revenue_amount) as revenue_amount,
        sum(margin_amount) as margin_amount,
        sum(ledger_amount) as ledger_amount,
        sum(first_order_amount) as first_order_amount,
        sum(refunded_amount) as refunded_amount
    from fct_credit_shares
    group by
        model,
        window_days,
        credit_date,
        programme,
        lever
),

by_ambassador as (
    select
        model,
        window_days,
        credit_date,
        programme,
        lever,
        case when grouping(programme) = 0 then 'programme' else 'lever' end as dimension,
        sum(revenue_amount) as revenue_amount,
        sum(margin_amount) as margin_amount,
        sum(ledger_amount) as ledger_amount,
        sum(first_order_amount) as first_order_amount,
        sum(refunded_amount) as refunded_amount
    from by_programme_and_lever
    group by
        grouping sets (
            (model, window_days, credit_date, programme),
            (model, window_days, credit_date, lever)
        )
),

daily as (
    select
        by_buyer.dimension,
        coalesce(
            by_buyer.country_code, by_buyer.sector, by_buyer.company_size, by_buyer.acquisition_channel
        ) as group_value,
        models.model,
        by_buyer.window_days,
        by_buyer.credit_date,
        cast(by_buyer.revenue_amount as decimal(18, 4)) as revenue_amount,
        cast(by_buyer.margin_amount as decimal(18, 4)) as margin_amount,
        cast(by_buyer.ledger_amount as decimal(18, 4)) as ledger_amount,
        cast(by_buyer.first_order_amount as decimal(18, 4)) as first_order_amount,
        cast(by_buyer.refunded_amount as decimal(18, 4)) as refunded_amount
    from by_buyer
    cross join models
    union all
    select
        dimension,
        coalesce(programme, lever) as group_value,
        model,
        window_days,
        credit_date,
        cast(revenue_amount as decimal(18, 4)) as revenue_amount,
        cast(margin_amount as decimal(18, 4)) as margin_amount,
        cast(ledger_amount as decimal(18, 4)) as ledger_amount,
        cast(first_order_amount as decimal(18, 4)) as first_order_amount,
        cast(refunded_amount as decimal(18, 4)) as refunded_amount
    from by_ambassador
),

-- rows of one dimension, model and window lie together, so that a question reads only these
sorted as (
    select *
    from daily
    order by
        dimension,
        model,
        window_days,
        credit_date
)

select * from sorted
