-- one row per enrolment of an ambassador, staff included; no personal data
with

settings as (select * from build_settings),

ambassadors as (select * from landing_ambassadors),

dated as (
    select
        ambassadors.ambassador_id,
        ambassadors.customer_id,
        ambassadors.programme,
        ambassadors.lever,
        ambassadors.enrolled_at,
        ambassadors.left_at,
        cast(ambassadors.enrolled_at at time zone settings.time_zone as date) as enrolled_date,
        cast(ambassadors.left_at at time zone settings.time_zone as date) as left_date
    from ambassadors
    cross join settings
)

select * from dated
