-- one row per month in which customers were won, day, and ambassador who won them: the margin of their orders, the first
-- and the later ones, net of every refund known
with

orders as (select * from fct_won_orders),

daily as (
    select
        cast(date_trunc('month', first_ordered_date) as date) as first_month,
        ordered_date,
        ambassador_id,
        programme,
        lever,
        cast(sum(margin_amount) as decimal(18, 4)) as margin_amount
    from orders
    group by all
)

select * from daily
