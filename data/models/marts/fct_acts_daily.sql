-- one row per act, on its day; ambassador_id is null for what was not done as an ambassador. Summing up equal acts of a
-- day would save few rows, since hardly anybody does the same twice a day
with

acts as (select * from fct_acts),

tenures as (select * from dim_tenures),

-- who an act may belong to: its referrer, else the customer; joins compare plain columns only, since DuckDB walks through
-- every pair of rows for a left join with any other condition
acts_by_owner as (
    select
        *,
        case when referring_ambassador_id is null then customer_id end as owner_id
    from acts
),

referrers as (
    select
        ambassador_id,
        programme,
        lever,
        enrolled_at,
        coalesce(left_at, timestamptz '9999-01-01 00:00:00+00') as enrolled_until
    from dim_ambassadors
),

as_ambassador as (
    select
        acts.*,
        coalesce(referrers.ambassador_id, tenures.ambassador_id) as ambassador_id,
        coalesce(referrers.programme, tenures.programme) as programme,
        coalesce(referrers.lever, tenures.lever) as lever
    from acts_by_owner as acts
    left join referrers
        on
            acts.referring_ambassador_id = referrers.ambassador_id
            and acts.acted_at >= referrers.enrolled_at
            and acts.acted_at < referrers.enrolled_until
    left join tenures
        on
            acts.owner_id = tenures.customer_id
            and acts.acted_at >= tenures.held_from
            and acts.acted_at < tenures.held_until
),

counted as (
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

select * from counted
