-- one row per attribution model, window, order or refund of an order, and touch credited: its share and what it gets;
-- revenue and margin on the order's day net of every refund, ledger_amount with each refund on its own day,
-- first_order_amount of a customer's first order alone, refunded_amount of the order's refunds whenever they came; shares
-- of an order fill 0 to 1 without a gap, so that rounded amounts taken at both edges add up to the order exactly
with

credits as (
    select
        *,
        false as is_refund
    from fct_credits
    union all
    select
        *,
        true as is_refund
    from fct_refund_credits
),

models (model) as (values ('last'), ('first'), ('linear')),

windows (window_days) as (values (7), (30), (60), (90)),

counted as (
    select
        models.model,
        windows.window_days,
        credits.*,
        case windows.window_days
            when 7 then credits.touches_7
            when 30 then credits.touches_30
            when 60 then credits.touches_60
            else credits.touches_90
        end as touches
    from credits
    cross join models
    cross join windows
),

numbered as (
    select
        *,
        from_first - touches_90 + touches as share_no
    from counted
),

credited as (
    select
        *,
        model = 'linear' and touches > 1 as is_shared,
        cast(share_no - 1 as double) / touches as from_share,
        cast(share_no as double) / touches as to_share
    from numbered
    where
        share_no >= 1
        and (
            model = 'linear'
            or (model = 'last' and from_last = 1)
            or (model = 'first' and share_no = 1)
        )
),

shared as (
    select
        model,
        window_days,
        credit_date,
        order_id,
        touch_id,
        is_refund,
        is_first_order,
        case when is_shared then cast(1 as double) / touches else cast(1 as double) end as credit_share,
        ambassador_id,
        programme,
        lever,
        country_code,
        sector,
        company_size,
        acquisition_channel,
        case
            when not is_shared then revenue_amount
            else cast(
                cast(round(cast(revenue_amount as double) * to_share, 4) as decimal(18, 4))
                - cast(round(cast(revenue_amount as double) * from_share, 4) as decimal(18, 4)) as decimal(18, 4)
            )
        end as revenue_amount,
        case
            when not is_shared then margin_amount
            else cast(
                cast(round(cast(margin_amount as double) * to_share, 4) as decimal(18, 4))
                - cast(round(cast(margin_amount as double) * from_share, 4) as decimal(18, 4)) as decimal(18, 4)
            )
        end as margin_amount,
        case
            when not is_shared then ledger_amount
            else cast(
                cast(round(cast(ledger_amount as double) * to_share, 4) as decimal(18, 4))
                - cast(round(cast(ledger_amount as double) * from_share, 4) as decimal(18, 4)) as decimal(18, 4)
            )
        end as ledger_amount
    from credited
),

parted as (
    select
        *,
        case when is_first_order then revenue_amount else 0 end as first_order_amount,
        case when is_refund then 0 else ledger_amount - revenue_amount end as refunded_amount
    from shared
)

select * from parted
