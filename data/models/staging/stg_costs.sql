-- one row per cost, of the programme (channel ambassador) or of another channel
with

costs as (select * from landing_costs),

selected as (
    select
        cost_id,
        incurred_on as incurred_date,
        channel,
        category,
        amount,
        ambassador_id
    from costs
)

select * from selected
