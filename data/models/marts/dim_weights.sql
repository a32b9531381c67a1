-- one row per build: how many points each component of the engagement score can bring, 100 at most in all, and which
-- share of what is to be known about a person it stands for; what no table tells brings none, and the others more
with

cutoffs as (select * from dim_cutoffs),

weights as (select * from build_weights),

table_dates as (select * from dim_table_dates),

customers as (select * from dim_customers),

sources as (
    select
        'organic_content' as component,
        'content' as table_name
    union all
    select
        'content_response' as component,
        'content' as table_name
    union all
    select
        'referrals' as component,
        'referrals' as table_name
    union all
    select
        'referrals' as component,
        'touches' as table_name
    union all
    select
        'reviews' as component,
        'content' as table_name
    union all
    select
        'satisfaction' as component,
        'surveys' as table_name
    union all
    select
        'repeat_purchases' as component,
        'orders' as table_name
    union all
    select
        'recency' as component,
        'orders' as table_name
    union all
    select
        'recency' as component,
        'content' as table_name
    union all
    select
        'recency' as component,
        'interactions' as table_name
    union all
    select
        'breadth' as component,
        'orders' as table_name
    union all
    select
        'breadth' as component,
        'content' as table_name
    union all
    select
        'breadth' as component,
        'interactions' as table_name
    union all
    select
        'feedback' as component,
        'interactions' as table_name
    union all
    select
        'community' as component,
        'interactions' as table_name
    union all
    select
        'community' as component,
        'contributions' as table_name
    union all
    select
        'events' as component,
        'interactions' as table_name
),

told_by_tables as (
    select distinct sources.component
    from sources
    inner join table_dates on sources.table_name = table_dates.table_name
    cross join cutoffs
    where table_dates.first_date < cutoffs.cutoff_date
),

told as (
    select component
    from told_by_tables
    union all
    select 'tenure' as component
    union all
    select 'reach' as component
    from customers
    where reach is not null
    having count(*) > 0
),

totals as (
    select
        sum(weights.weight) as all_weights,
        sum(case when told.component is not null then weights.weight else 0 end) as told_weights
    from weights
    left join told on weights.component = told.component
),

shared as (
    select
        weights.component,
        -- tenths of a point, rounded down, so that they never pass 100 in all
        floor(1000 * weights.weight / nullif(totals.told_weights, 0)) / 10 as weight,
        weights.weight / nullif(totals.all_weights, 0) as known_share
    from weights
    inner join told on weights.component = told.component
    cross join totals
),

wide as (
    select
        sum(case when component = 'organic_content' then weight else 0 end) as organic_content_weight,
        sum(case when component = 'content_response' then weight else 0 end) as content_response_weight,
        sum(case when component = 'referrals' then weight else 0 end) as referrals_weight,
        sum(case when component = 'reviews' then weight else 0 end) as reviews_weight,
        sum(case when component = 'satisfaction' then weight else 0 end) as satisfaction_weight,
        sum(case when component = 'repeat_purchases' then weight else 0 end) as repeat_purchases_weight,
        sum(case when component = 'tenure' then weight else 0 end) as tenure_weight,
        sum(case when component = 'recency' then weight else 0 end) as recency_weight,
        sum(case when component = 'breadth' then weight else 0 end) as breadth_weight,
        sum(case when component = 'feedback' then weight else 0 end) as feedback_weight,
        sum(case when component = 'community' then weight else 0 end) as community_weight,
        sum(case when component = 'events' then weight else 0 end) as events_weight,
        sum(case when component = 'reach' then weight else 0 end) as reach_weight,
        sum(case when component = 'organic_content' then known_share else 0 end) as organic_content_known_share,
        sum(case when component = 'content_response' then known_share else 0 end) as content_response_known_share,
        sum(case when component = 'referrals' then known_share else 0 end) as referrals_known_share,
        sum(case when component = 'reviews' then known_share else 0 end) as reviews_known_share,
        sum(case when component = 'satisfaction' then known_share else 0 end) as satisfaction_known_share,
        sum(case when component = 'repeat_purchases' then known_share else 0 end) as repeat_purchases_known_share,
        sum(case when component = 'tenure' then known_share else 0 end) as tenure_known_share,
        sum(case when component = 'recency' then known_share else 0 end) as recency_known_share,
        sum(case when component = 'breadth' then known_share else 0 end) as breadth_known_share,
        sum(case when component = 'feedback' then known_share else 0 end) as feedback_known_share,
        sum(case when component = 'community' then known_share else 0 end) as community_known_share,
        sum(case when component = 'events' then known_share else 0 end) as events_known_share,
        sum(case when component = 'reach' then known_share else 0 end) as reach_known_share
    from shared
)

select * from wide
