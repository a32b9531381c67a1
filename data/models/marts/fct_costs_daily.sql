-- one row per day, channel, category and ambassador: costs, and what rewards cost beside them (channel ambassador)
with

costs as (select * from fct_costs),

daily as (
    select
        incurred_date,
        channel,
        cost_category,
        ambassador_id,
        programme,
        lever,
        cast(sum(amount) as decimal(18, 4)) as amount
    from costs
    group by all
)

select * from daily
