-- one row per ambassador and day of enrolling (+1) or leaving (-1): the level at a boundary is the sum of change before it
with

-- who left before enrolling was never enrolled
ambassadors as (select * from dim_ambassadors where left_at is null or left_at > enrolled_at),

movements as (
    select
        enrolled_date as movement_date,
        1 as change,
        ambassador_id,
        programme,
        lever,
        country_code,
        sector,
        company_size,
        acquisition_channel
    from ambassadors
    union all
    select
        left_date as movement_date,
        -1 as change,
        ambassador_id,
        programme,
        lever,
        country_code,
        sector,
        company_size,
        acquisition_channel
    from ambassadors
    where left_date is not null
)

select * from movements
