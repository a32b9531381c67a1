-- one row per customer who is not staff and had joined before the cut-off: for each component of the engagement score the
-- share of comparable people who did as much or less, 0 for who did nothing, null where it is not known
with

engagement as (select * from fct_engagement),

compared as (
    select
        customer_id,
        compared_with,
        posts,
        engagements,
        unmeasured_posts,
        measured_posts,
        referrals + people_brought as referral_acts,
        reviews,
        satisfaction,
        repeat_orders,
        tenure_days,
        recent_days,
        kinds,
        feedback,
        community_posts + contributions as community_acts,
        events,
        capped_reach
    from engagement
),

ranked as (
    select
        customer_id,
        compared_with,
        unmeasured_posts,
        sum(engagements) over (partition by compared_with)
        / nullif(sum(measured_posts) over (partition by compared_with), 0) as usual_response,
        case
            when posts = 0 then 0
            else cume_dist() over (partition by compared_with, posts > 0 order by posts)
        end as organic_content_share,
        case
            when engagements = 0 then 0
            else cume_dist() over (partition by compared_with, engagements > 0 order by engagements)
        end as known_response_share,
        case
            when referral_acts = 0 then 0
            else cume_dist() over (partition by compared_with, referral_acts > 0 order by referral_acts)
        end as referrals_share,
        case
            when reviews = 0 then 0
            else cume_dist() over (partition by compared_with, reviews > 0 order by reviews)
        end as reviews_share,
        case
            when satisfaction is null then null
            when satisfaction = 0 then 0
            else cume_dist() over (partition by compared_with, satisfaction > 0 order by satisfaction)
        end as satisfaction_share,
        case
            when repeat_orders = 0 then 0
            else cume_dist() over (partition by compared_with, repeat_orders > 0 order by repeat_orders)
        end as repeat_purchases_share,
        case
            when tenure_days = 0 then 0
            else cume_dist() over (partition by compared_with, tenure_days > 0 order by tenure_days)
        end as tenure_share,
        case
            when recent_days = 0 then 0
            else cume_dist() over (partition by compared_with, recent_days > 0 order by recent_days)
        end as recency_share,
        case
            when kinds = 0 then 0
            else cume_dist() over (partition by compared_with, kinds > 0 order by kinds)
        end as breadth_share,
        case
            when feedback = 0 then 0
            else cume_dist() over (partition by compared_with, feedback > 0 order by feedback)
        end as feedback_share,
        case
            when community_acts = 0 then 0
            else cume_dist() over (partition by compared_with, community_acts > 0 order by community_acts)
        end as community_share,
        case
            when events = 0 then 0
            else cume_dist() over (partition by compared_with, events > 0 order by events)
        end as events_share,
        case
            when capped_reach is null then null
            when capped_reach = 0 then 0
            else cume_dist() over (partition by compared_with, capped_reach > 0 order by capped_reach)
        end as reach_share
    from compared
),

shared as (
    select
        customer_id,
        compared_with,
        usual_response,
        -- what posts drew that nobody measured is not known, unless the others alone drew more than is usual
        case
            when unmeasured_posts > 0 and known_response_share < 0.5 then null
            else known_response_share
        end as content_response_share,
        organic_content_share,
        referrals_share,
        reviews_share,
        satisfaction_share,
        repeat_purchases_share,
        tenure_share,
        recency_share,
        breadth_share,
        feedback_share,
        community_share,
        events_share,
        reach_share
    from ranked
)

select * from shared
