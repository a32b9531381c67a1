-- one row per dimension, group of it (dimension all: a single one), day and number of acts: how many ambassadors more (or
-- fewer) have done so many acts in the 30 days before any later boundary; those who left or did none are in no number
with

acts as (select * from fct_ambassador_acts_daily),

ambassadors as (select * from dim_ambassadors),

-- an act counts at the 30 boundaries after its day
changes as (
    select
        ambassador_id,
        act_date as movement_date,
        left_date,
        acts as change
    from acts
    union all
    select
        ambassador_id,
        act_date + 30 as movement_date,
        left_date,
        -acts as change
    from acts
),

netted as (
    select
        ambassador_id,
        movement_date,
        max(left_date) as left_date,
        sum(change) as change
    from changes
    group by
        ambassador_id,
        movement_date
    having sum(change) <> 0
),

levelled as (
    select
        ambassador_id,
        movement_date,
        left_date,
        sum(change) over (
            partition by ambassador_id
            order by movement_date
            rows between unbounded preceding and current row
        ) as level,
        lead(movement_date) over (partition by ambassador_id order by movement_date) as next_date
    from netted
),

-- a level holds from its day to the next change, or to the day of leaving
held as (
    select
        ambassador_id,
        movement_date as from_date,
        least(coalesce(next_date, date '9999-01-01'), coalesce(left_date, date '9999-01-01')) as until_date,
        cast(level as integer) as acts
    from levelled
    where level > 0
),

movements as (
    select
        ambassador_id,
        from_date as movement_date,
        acts,
        1 as change
    from held
    where from_date < until_date
    union all
    select
        ambassador_id,
        until_date as movement_date,
        acts,
        -1 as change
    from held
    where from_date < until_date
),

described as (
    select
        movements.movement_date,
        movements.acts,
        movements.change,
        ambassadors.country_code,
        ambassadors.sector,
        ambassadors.company_size,
        ambassadors.acquisition_channel,
        ambassadors.programme,
        ambassadors.lever
    from movements
    inner join ambassadors on movements.ambassador_id = ambassadors.ambassador_id
),

summed as (
    select
        movement_date,
        acts,
        country_code,
        sector,
        company_size,
        acquisition_channel,
        programme,
        lever,
        case
            when grouping(country_code) = 0 then 'country_code'
            when grouping(sector) = 0 then 'sector'
            when grouping(company_size) = 0 then 'company_size'
            when grouping(acquisition_channel) = 0 then 'acquisition_channel'
            when grouping(programme) = 0 then 'programme'
            when grouping(lever) = 0 then 'lever'
            else 'all'
        end as dimension,
        cast(sum(change) as bigint) as change
    from described
    group by
        grouping sets (
            (movement_date, acts),
            (movement_date, acts, country_code),
            (movement_date, acts, sector),
            (movement_date, acts, company_size),
            (movement_date, acts, acquisition_channel),
            (movement_date, acts, programme),
            (movement_date, acts, lever)
        )
),

-- rows of one dimension lie together, so that a question reads only these
sorted as (
    select
        dimension,
        coalesce(country_code, sector, company_size, acquisition_channel, programme, lever) as group_value,
        movement_date,
        acts,
        change
    from summed
    where change <> 0
    order by
        dimension,
        movement_date
)

select * from sorted
