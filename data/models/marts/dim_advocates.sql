-- one row per customer: the engagement score at the cut-off with the points of each component, its three strongest (by
-- their number, from the last to the first in the order of the columns), and what stands against proposing them;
-- a component of which nothing is known brings half of its points, and no confidence
with

rules as (select * from build_advocates),

weights as (select * from dim_weights),

engagement as (select * from fct_engagement),

shares as (select * from fct_engagement_shares),

weighted as (
    select
        shares.*,
        cast(round(weights.organic_content_weight * coalesce(shares.organic_content_share, 0.5), 1) as decimal(4, 1)) as organic_content_points,
        cast(round(weights.content_response_weight * coalesce(shares.content_response_share, 0.5), 1) as decimal(4, 1)) as content_response_points,
        cast(round(weights.referrals_weight * coalesce(shares.referrals_share, 0.5), 1) as decimal(4, 1)) as referrals_points,
        cast(round(weights.reviews_weight * coalesce(shares.reviews_share, 0.5), 1) as decimal(4, 1)) as reviews_points,
        cast(round(weights.satisfaction_weight * coalesce(shares.satisfaction_share, 0.5), 1) as decimal(4, 1)) as satisfaction_points,
        cast(round(weights.repeat_purchases_weight * coalesce(shares.repeat_purchases_share, 0.5), 1) as decimal(4, 1)) as repeat_purchases_points,
        cast(round(weights.tenure_weight * coalesce(shares.tenure_share, 0.5), 1) as decimal(4, 1)) as tenure_points,
        cast(round(weights.recency_weight * coalesce(shares.recency_share, 0.5), 1) as decimal(4, 1)) as recency_points,
        cast(round(weights.breadth_weight * coalesce(shares.breadth_share, 0.5), 1) as decimal(4, 1)) as breadth_points,
        cast(round(weights.feedback_weight * coalesce(shares.feedback_share, 0.5), 1) as decimal(4, 1)) as feedback_points,
        cast(round(weights.community_weight * coalesce(shares.community_share, 0.5), 1) as decimal(4, 1)) as community_points,
        cast(round(weights.events_weight * coalesce(shares.events_share, 0.5), 1) as decimal(4, 1)) as events_points,
        cast(round(weights.reach_weight * coalesce(shares.reach_share, 0.5), 1) as decimal(4, 1)) as reach_points,
        cast(round(
            case when shares.organic_content_share is null then 0 else weights.organic_content_known_share end
            + case when shares.content_response_share is null then 0 else weights.content_response_known_share end
            + case when shares.referrals_share is null then 0 else weights.referrals_known_share end
            + case when shares.reviews_share is null then 0 else weights.reviews_known_share end
            + case when shares.satisfaction_share is null then 0 else weights.satisfaction_known_share end
            + case when shares.repeat_purchases_share is null then 0 else weights.repeat_purchases_known_share end
            + case when shares.tenure_share is null then 0 else weights.tenure_known_share end
            + case when shares.recency_share is null then 0 else weights.recency_known_share end
            + case when shares.breadth_share is null then 0 else weights.breadth_known_share end
            + case when shares.feedback_share is null then 0 else weights.feedback_known_share end
            + case when shares.community_share is null then 0 else weights.community_known_share end
            + case when shares.events_share is null then 0 else weights.events_known_share end
            + case when shares.reach_share is null then 0 else weights.reach_known_share end,
            4
        ) as double) as confidence
    from shares
    cross join weights
),

keyed as (
    select
        *,
        cast(
            organic_content_points
            + content_response_points
            + referrals_points
            + reviews_points
            + satisfaction_points
            + repeat_purchases_points
            + tenure_points
            + recency_points
            + breadth_points
            + feedback_points
            + community_points
            + events_points
            + reach_points
            as decimal(4, 1)
        ) as engagement_score,
        case when organic_content_share is null then 0 else cast(10 * organic_content_points as integer) * 100 + 13 end as organic_content_key,
        case when content_response_share is null then 0 else cast(10 * content_response_points as integer) * 100 + 12 end as content_response_key,
        case when referrals_share is null then 0 else cast(10 * referrals_points as integer) * 100 + 11 end as referrals_key,
        case when reviews_share is null then 0 else cast(10 * reviews_points as integer) * 100 + 10 end as reviews_key,
        case when satisfaction_share is null then 0 else cast(10 * satisfaction_points as integer) * 100 + 9 end as satisfaction_key,
        case when repeat_purchases_share is null then 0 else cast(10 * repeat_purchases_points as integer) * 100 + 8 end as repeat_purchases_key,
        case when tenure_share is null then 0 else cast(10 * tenure_points as integer) * 100 + 7 end as tenure_key,
        case when recency_share is null then 0 else cast(10 * recency_points as integer) * 100 + 6 end as recency_key,
        case when breadth_share is null then 0 else cast(10 * breadth_points as integer) * 100 + 5 end as breadth_key,
        case when feedback_share is null then 0 else cast(10 * feedback_points as integer) * 100 + 4 end as feedback_key,
        case when community_share is null then 0 else cast(10 * community_points as integer) * 100 + 3 end as community_key,
        case when events_share is null then 0 else cast(10 * events_points as integer) * 100 + 2 end as events_key,
        case when reach_share is null then 0 else cast(10 * reach_points as integer) * 100 + 1 end as reach_key
    from weighted
),

firsts as (
    select
        *,
        greatest(
            organic_content_key,
            content_response_key,
            referrals_key,
            reviews_key,
            satisfaction_key,
            repeat_purchases_key,
            tenure_key,
            recency_key,
            breadth_key,
            feedback_key,
            community_key,
            events_key,
            reach_key
        ) as first_key
    from keyed
),

seconds as (
    select
        *,
        greatest(
            case when organic_content_key < first_key then organic_content_key else 0 end,
            case when content_response_key < first_key then content_response_key else 0 end,
            case when referrals_key < first_key then referrals_key else 0 end,
            case when reviews_key < first_key then reviews_key else 0 end,
            case when satisfaction_key < first_key then satisfaction_key else 0 end,
            case when repeat_purchases_key < first_key then repeat_purchases_key else 0 end,
            case when tenure_key < first_key then tenure_key else 0 end,
            case when recency_key < first_key then recency_key else 0 end,
            case when breadth_key < first_key then breadth_key else 0 end,
            case when feedback_key < first_key then feedback_key else 0 end,
            case when community_key < first_key then community_key else 0 end,
            case when events_key < first_key then events_key else 0 end,
            case when reach_key < first_key then reach_key else 0 end
        ) as second_key
    from firsts
),

thirds as (
    select
        *,
        greatest(
            case when organic_content_key < second_key then organic_content_key else 0 end,
            case when content_response_key < second_key then content_response_key else 0 end,
            case when referrals_key < second_key then referrals_key else 0 end,
            case when reviews_key < second_key then reviews_key else 0 end,
            case when satisfaction_key < second_key then satisfaction_key else 0 end,
            case when repeat_purchases_key < second_key then repeat_purchases_key else 0 end,
            case when tenure_key < second_key then tenure_key else 0 end,
            case when recency_key < second_key then recency_key else 0 end,
            case when breadth_key < second_key then breadth_key else 0 end,
            case when feedback_key < second_key then feedback_key else 0 end,
            case when community_key < second_key then community_key else 0 end,
            case when events_key < second_key then events_key else 0 end,
            case when reach_key < second_key then reach_key else 0 end
        ) as third_key
    from seconds
),

judged as (
    select
        engagement.customer_id,
        coalesce(engagement.country_code, 'unknown') as country_code,
        coalesce(engagement.sector, 'unknown') as sector,
        coalesce(engagement.company_size, 'unknown') as company_size,
        coalesce(engagement.acquisition_channel, 'unknown') as acquisition_channel,
        coalesce(engagement.segment, 'unknown') as segment,
        engagement.compared_with,
        engagement.cutoff_date,
        engagement.is_ambassador,
        engagement.has_posted,
        engagement.last_thanked_date,
        not engagement.has_contact_consent as is_without_consent,
        coalesce(engagement.last_ticket_date >= engagement.cutoff_date - rules.complaint_days, false) as has_complaint,
        engagement.is_dissatisfied
        and engagement.answered_date >= engagement.cutoff_date - rules.detractor_days as is_detractor,
        coalesce(engagement.last_thanked_date > engagement.cutoff_date - rules.cool_down_days, false) as is_thanked,
        engagement.satisfaction is null as is_satisfaction_unknown,
        engagement.last_asked_date is not null as was_asked
    from engagement
    cross join rules
),

scored as (
    select
        judged.*,
        thirds.engagement_score,
        thirds.confidence,
        thirds.usual_response,
        case when thirds.first_key >= 100 then thirds.first_key % 100 end as first_reason,
        case when thirds.second_key >= 100 then thirds.second_key % 100 end as second_reason,
        case when thirds.third_key >= 100 then thirds.third_key % 100 end as third_reason,
        thirds.organic_content_points,
        thirds.content_response_points,
        thirds.referrals_points,
        thirds.reviews_points,
        thirds.satisfaction_points,
        thirds.repeat_purchases_points,
        thirds.tenure_points,
        thirds.recency_points,
        thirds.breadth_points,
        thirds.feedback_points,
        thirds.community_points,
        thirds.events_points,
        thirds.reach_points,
        thirds.organic_content_share,
        thirds.content_response_share,
        thirds.referrals_share,
        thirds.reviews_share,
        thirds.satisfaction_share,
        thirds.repeat_purchases_share,
        thirds.tenure_share,
        thirds.recency_share,
        thirds.breadth_share,
        thirds.feedback_share,
        thirds.community_share,
        thirds.events_share,
        thirds.reach_share,
        case
            when judged.is_without_consent then 'no_consent'
            when judged.has_complaint then 'complaint'
            when judged.is_detractor then 'detractor'
            when judged.is_thanked then 'thanked'
            else 'eligible'
        end as standing,
        substr(md5(judged.customer_id || cast(judged.cutoff_date as varchar)), 1, 12) as draw_key
    from judged
    inner join thirds on judged.customer_id = thirds.customer_id
)

select * from scored
