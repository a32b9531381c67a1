-- one row per ambassador ever enrolled: the days from enrolling to the first act as an ambassador, null without any act
with

-- who left before enrolling was never enrolled
ambassadors as (select * from dim_ambassadors where left_at is null or left_at > enrolled_at),

acts as (select * from fct_ambassador_acts_daily),

first_acts as (
    select
        ambassador_id,
        min(act_date) as first_date
    from acts
    group by ambassador_id
),

described as (
    select
        ambassadors.enrolled_date,
        date_diff('day', ambassadors.enrolled_date, first_acts.first_date) as days_to_first_act,
        ambassadors.ambassador_id,
        ambassadors.programme,
        ambassadors.lever,
        ambassadors.country_code,
        ambassadors.sector,
        ambassadors.company_size,
        ambassadors.acquisition_channel
    from ambassadors
    left join first_acts on ambassadors.ambassador_id = first_acts.ambassador_id
)

select * from described
