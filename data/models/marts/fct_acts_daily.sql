-- one row per act, on its day; ambassador_id is null for what was not done as an ambassador. Summing up equal acts of a
-- day would save few rows, since hardly anybody does the same twice a day
with

acts as (select * from fct_acts),

ambassadors as (select * from dim_ambassadors),

tenures as (select * from dim_tenures),

as_ambassador as (
    select
        acts.*,
        coalesce(referrers.ambassador_id, tenures.ambassador_id) as ambassador_id,
        coalesce(referrers.programme, tenures.programme) as programme,
        coalesce(referrers.lever, tenures.lever) as lever
    from acts
    left join ambassadors as referrers
        on
            acts.referring_ambassador_id = referrers.ambassador_id
            and acts.acted_at >= referrers.enrolled_at
            and (referrers.left_at is null or acts.acted_at < referrers.left_at)
    left join tenures
        on
            acts.customer_id = tenures.customer_id
            and acts.referring_ambassador_id is null
            and acts.acted_at >= tenures.held_from
            and acts.acted_at < tenures.held_until
),

daily as (
    select
        act_date,
        person_id,
        ambassador_id,
        programme,
        lever,
        kind,
        platform,
        origin,
        country_code,
        sector,
        company_size,
        acquisition_channel,
        1 as acts
    from as_ambassador
)

select * from daily
