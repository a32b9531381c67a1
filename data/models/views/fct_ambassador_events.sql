-- one row per dated event of an ambassador: enrolling, acts, customers won, orders credited (last touch, 30 days), rewards,
-- answers, commissions booked, leaving; nothing in it names another person
with

ambassadors as (select * from dim_ambassadors where left_at is null or left_at > enrolled_at),

acts as (select * from fct_acts_daily),

first_orders as (select * from fct_first_orders),

credits as (
    select *
    from fct_credits
    where
        from_last = 1
        and touches_30 > 0
),

rewards as (select * from fct_ambassador_rewards),

answers as (select * from fct_survey_answers where audience = 'ambassador'),

commissions as (
    select *
    from fct_costs_daily
    where
        channel = 'ambassador'
        and cost_category = 'commission'
),

events as (
    select
        ambassador_id,
        enrolled_date as event_date,
        'enrolled' as event,
        programme as kind,
        lever as detail,
        cast(null as decimal(18, 4)) as amount,
        cast(null as bigint) as score
    from ambassadors
    union all
    select
        ambassador_id,
        left_date as event_date,
        'left' as event,
        null as kind,
        null as detail,
        null as amount,
        null as score
    from ambassadors
    where left_date is not null
    union all
    select
        ambassador_id,
        act_date as event_date,
        'act' as event,
        kind,
        platform as detail,
        null as amount,
        null as score
    from acts
    union all
    select
        ambassador_id,
        ordered_date as event_date,
        'customer_won' as event,
        null as kind,
        null as detail,
        null as amount,
        null as score
    from first_orders
    union all
    select
        ambassador_id,
        credit_date as event_date,
        'order_credited' as event,
        null as kind,
        null as detail,
        revenue_amount as amount,
        null as score
    from credits
    union all
    select
        ambassador_id,
        granted_date as event_date,
        'reward' as event,
        reward_kind as kind,
        rung as detail,
        cost_amount as amount,
        null as score
    from rewards
    union all
    select
        ambassador_id,
        answered_date as event_date,
        'answer' as event,
        survey_kind as kind,
        null as detail,
        null as amount,
        score
    from answers
    union all
    select
        ambassador_id,
        incurred_date as event_date,
        'commission' as event,
        null as kind,
        null as detail,
        amount,
        null as score
    from commissions
),

owned as (
    select *
    from events
    where ambassador_id is not null
)

select * from owned
