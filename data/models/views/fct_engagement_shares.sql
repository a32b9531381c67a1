-- one row per customer who is not staff and had joined before the cut-off: for each component of the engagement score the
-- share of those of their segment who did something of it who did as much or less, 0 for who did nothing, null where it
-- is not known
with

engagement as (select * from fct_engagement),

compared as (
    select
        customer_id,
        -- who is compared with all others of small segments has no segment to be compared in
        coalesce(compared_with, '') as compared_with,
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

organic_content_places as (
    select
        compared_with,
        posts,
        cast(sum(count(*)) over (partition by compared_with order by posts) as double)
        / cast(sum(count(*)) over (partition by compared_with) as double) as share
    from compared
    where posts > 0
    group by
        compared_with,
        posts
),

content_response_places as (
    select
        compared_with,
        engagements,
        cast(sum(count(*)) over (partition by compared_with order by engagements) as double)
        / cast(sum(count(*)) over (partition by compared_with) as double) as share
    from compared
    where engagements > 0
    group by
        compared_with,
        engagements
),

referrals_places as (
    select
        compared_with,
        referral_acts,
        cast(sum(count(*)) over (partition by compared_with order by referral_acts) as double)
        / cast(sum(count(*)) over (partition by compared_with) as double) as share
    from compared
    where referral_acts > 0
    group by
        compared_with,
        referral_acts
),

reviews_places as (
    select
        compared_with,
        reviews,
        cast(sum(count(*)) over (partition by compared_with order by reviews) as double)
        / cast(sum(count(*)) over (partition by compared_with) as double) as share
    from compared
    where reviews > 0
    group by
        compared_with,
        reviews
),

satisfaction_places as (
    select
        compared_with,
        satisfaction,
        cast(sum(count(*)) over (partition by compared_with order by satisfaction) as double)
        / cast(sum(count(*)) over (partition by compared_with) as double) as share
    from compared
    where satisfaction > 0
    group by
        compared_with,
        satisfaction
),

repeat_purchases_places as (
    select
        compared_with,
        repeat_orders,
        cast(sum(count(*)) over (partition by compared_with order by repeat_orders) as double)
        / cast(sum(count(*)) over (partition by compared_with) as double) as share
    from compared
    where repeat_orders > 0
    group by
        compared_with,
        repeat_orders
),

tenure_places as (
    select
        compared_with,
        tenure_days,
        cast(sum(count(*)) over (partition by compared_with order by tenure_days) as double)
        / cast(sum(count(*)) over (partition by compared_with) as double) as share
    from compared
    where tenure_days > 0
    group by
        compared_with,
        tenure_days
),

recency_places as (
    select
        compared_with,
        recent_days,
        cast(sum(count(*)) over (partition by compared_with order by recent_days) as double)
        / cast(sum(count(*)) over (partition by compared_with) as double) as share
    from compared
    where recent_days > 0
    group by
        compared_with,
        recent_days
),

breadth_places as (
    select
        compared_with,
        kinds,
        cast(sum(count(*)) over (partition by compared_with order by kinds) as double)
        / cast(sum(count(*)) over (partition by compared_with) as double) as share
    from compared
    where kinds > 0
    group by
        compared_with,
        kinds
),

feedback_places as (
    select
        compared_with,
        feedback,
        cast(sum(count(*)) over (partition by compared_with order by feedback) as double)
        / cast(sum(count(*)) over (partition by compared_with) as double) as share
    from compared
    where feedback > 0
    group by
        compared_with,
        feedback
),

community_places as (
    select
        compared_with,
        community_acts,
        cast(sum(count(*)) over (partition by compared_with order by community_acts) as double)
        / cast(sum(count(*)) over (partition by compared_with) as double) as share
    from compared
    where community_acts > 0
    group by
        compared_with,
        community_acts
),

events_places as (
    select
        compared_with,
        events,
        cast(sum(count(*)) over (partition by compared_with order by events) as double)
        / cast(sum(count(*)) over (partition by compared_with) as double) as share
    from compared
    where events > 0
    group by
        compared_with,
        events
),

reach_places as (
    select
        compared_with,
        capped_reach,
        cast(sum(count(*)) over (partition by compared_with order by capped_reach) as double)
        / cast(sum(count(*)) over (partition by compared_with) as double) as share
    from compared
    where capped_reach > 0
    group by
        compared_with,
        capped_reach
),

usual_responses as (
    select
        compared_with,
        sum(engagements) / nullif(sum(measured_posts), 0) as usual_response
    from compared
    group by compared_with
),

placed as (
    select
        compared.customer_id,
        compared.unmeasured_posts,
        usual_responses.usual_response,
        coalesce(organic_content_places.share, 0) as organic_content_share,
        coalesce(content_response_places.share, 0) as known_response_share,
        coalesce(referrals_places.share, 0) as referrals_share,
        coalesce(reviews_places.share, 0) as reviews_share,
        case when compared.satisfaction is null then null else coalesce(satisfaction_places.share, 0) end as satisfaction_share,
        coalesce(repeat_purchases_places.share, 0) as repeat_purchases_share,
        coalesce(tenure_places.share, 0) as tenure_share,
        coalesce(recency_places.share, 0) as recency_share,
        coalesce(breadth_places.share, 0) as breadth_share,
        coalesce(feedback_places.share, 0) as feedback_share,
        coalesce(community_places.share, 0) as community_share,
        coalesce(events_places.share, 0) as events_share,
        case when compared.capped_reach is null then null else coalesce(reach_places.share, 0) end as reach_share
    from compared
    left join usual_responses on compared.compared_with = usual_responses.compared_with
    left join organic_content_places
        on
            compared.compared_with = organic_content_places.compared_with
            and compared.posts = organic_content_places.posts
    left join content_response_places
        on
            compared.compared_with = content_response_places.compared_with
            and compared.engagements = content_response_places.engagements
    left join referrals_places
        on
            compared.compared_with = referrals_places.compared_with
            and compared.referral_acts = referrals_places.referral_acts
    left join reviews_places
        on
            compared.compared_with = reviews_places.compared_with
            and compared.reviews = reviews_places.reviews
    left join satisfaction_places
        on
            compared.compared_with = satisfaction_places.compared_with
            and compared.satisfaction = satisfaction_places.satisfaction
    left join repeat_purchases_places
        on
            compared.compared_with = repeat_purchases_places.compared_with
            and compared.repeat_orders = repeat_purchases_places.repeat_orders
    left join tenure_places
        on
            compared.compared_with = tenure_places.compared_with
            and compared.tenure_days = tenure_places.tenure_days
    left join recency_places
        on
            compared.compared_with = recency_places.compared_with
            and compared.recent_days = recency_places.recent_days
    left join breadth_places
        on
            compared.compared_with = breadth_places.compared_with
            and compared.kinds = breadth_places.kinds
    left join feedback_places
        on
            compared.compared_with = feedback_places.compared_with
            and compared.feedback = feedback_places.feedback
    left join community_places
        on
            compared.compared_with = community_places.compared_with
            and compared.community_acts = community_places.community_acts
    left join events_places
        on
            compared.compared_with = events_places.compared_with
            and compared.events = events_places.events
    left join reach_places
        on
            compared.compared_with = reach_places.compared_with
            and compared.capped_reach = reach_places.capped_reach
),

shared as (
    select
        customer_id,
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
    from placed
)

select * from shared
