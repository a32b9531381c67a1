-- one row per attribution model, window, order, touch credited and line of the order (the order itself when it has no
-- lines): what the touch gets of the revenue, by what was bought
with

credits as (select * from fct_credit_shares where not is_refund),

shares as (select * from fct_order_shares),

split as (
    select
        credits.model,
        credits.window_days,
        credits.credit_date,
        credits.order_id,
        credits.touch_id,
        credits.credit_share,
        credits.ambassador_id,
        credits.programme,
        credits.lever,
        credits.country_code,
        credits.sector,
        credits.company_size,
        credits.acquisition_channel,
        shares.product_id,
        shares.product_category,
        case
            when shares.order_id is null then credits.revenue_amount
            else cast(
                cast(round(cast(credits.revenue_amount as double) * shares.to_share, 4) as decimal(18, 4))
                - cast(round(cast(credits.revenue_amount as double) * shares.from_share, 4) as decimal(18, 4))
                as decimal(18, 4)
            )
        end as revenue_amount
    from credits
    left join shares on credits.order_id = shares.order_id
)

select * from split
