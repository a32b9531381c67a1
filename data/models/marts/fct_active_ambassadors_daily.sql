-- one row per window, movement of an ambassador and its day: the level at a boundary is the sum of change before it
with

spells as (select * from fct_activity_spells),

ambassadors as (select * from dim_ambassadors),

movements as (
    select
        window_days,
        ambassador_id,
        started_date as movement_date,
        1 as change,
        case when spell_no = 1 then 'new' else 'resurrected' end as movement
    from spells
    union all
    select
        window_days,
        ambassador_id,
        ended_date as movement_date,
        -1 as change,
        'lapsed' as movement
    from spells
),

described as (
    select
        movements.movement_date,
        movements.window_days,
        movements.movement,
        movements.change,
        ambassadors.ambassador_id,
        ambassadors.programme,
        ambassadors.lever,
        ambassadors.country_code,
        ambassadors.sector,
        ambassadors.company_size,
        ambassadors.acquisition_channel
    from movements
    inner join ambassadors on movements.ambassador_id = ambassadors.ambassador_id
)

select * from described
