-- error: a dimension of a rollup does not add up to its whole
with

sums as (
    select
        'fct_acting_people_rollup' as rollup,
        'people' as measure,
        dimension,
        cast(sum(people) as decimal(38, 4)) as amount
    from fct_acting_people_rollup
    group by dimension
    union all
    select
        'fct_acts_rollup' as rollup,
        'acts' as measure,
        dimension,
        cast(sum(acts) as decimal(38, 4)) as amount
    from fct_acts_rollup
    group by dimension
    union all
    select
        'fct_content_rollup' as rollup,
        'posts' as measure,
        dimension,
        cast(sum(posts) as decimal(38, 4)) as amount
    from fct_content_rollup
    group by dimension
    union all
    select
        'fct_content_rollup' as rollup,
        'clicks' as measure,
        dimension,
        cast(sum(clicks) as decimal(38, 4)) as amount
    from fct_content_rollup
    group by dimension
    union all
    select
        'fct_first_orders_rollup' as rollup,
        'customers' as measure,
        dimension,
        cast(sum(customers) as decimal(38, 4)) as amount
    from fct_first_orders_rollup
    group by dimension
    union all
    select
        'fct_orders_rollup' as rollup,
        'orders' as measure,
        dimension,
        cast(sum(orders) as decimal(38, 4)) as amount
    from fct_orders_rollup
    group by dimension
    union all
    select
        'fct_orders_rollup' as rollup,
        'revenue_amount' as measure,
        dimension,
        cast(sum(revenue_amount) as decimal(38, 4)) as amount
    from fct_orders_rollup
    group by dimension
    union all
    select
        'fct_recurring_revenue_rollup' as rollup,
        'account_change' as measure,
        dimension,
        cast(sum(account_change) as decimal(38, 4)) as amount
    from fct_recurring_revenue_rollup
    group by dimension
    union all
    select
        'fct_recurring_revenue_rollup' as rollup,
        'change_amount' as measure,
        dimension,
        cast(sum(change_amount) as decimal(38, 4)) as amount
    from fct_recurring_revenue_rollup
    group by dimension
    union all
    select
        'fct_survey_answers_rollup' as rollup,
        'answers' as measure,
        dimension,
        cast(sum(answers) as decimal(38, 4)) as amount
    from fct_survey_answers_rollup
    group by dimension
    union all
    select
        'fct_survey_requests_rollup' as rollup,
        'asked' as measure,
        dimension,
        cast(sum(asked) as decimal(38, 4)) as amount
    from fct_survey_requests_rollup
    group by dimension
    union all
    select
        'fct_survey_requests_rollup' as rollup,
        'answered' as measure,
        dimension,
        cast(sum(answered) as decimal(38, 4)) as amount
    from fct_survey_requests_rollup
    group by dimension
),

wholes as (select * from sums where dimension = 'all'),

offending as (
    select sums.rollup || ' ' || sums.measure || ' by ' || sums.dimension as subject
    from sums
    left join wholes on sums.rollup = wholes.rollup and sums.measure = wholes.measure
    where coalesce(sums.amount, 0) <> coalesce(wholes.amount, 0)
)

select * from offending
