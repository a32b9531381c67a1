-- one row per customer who is not staff and had joined before the cut-off: what they did before it, and what stands
-- against thanking them now; counts are of the window before the cut-off unless they say ever or last
with

cutoffs as (
    select
        dim_cutoffs.cutoff_date,
        dim_cutoffs.cutoff_date - build_advocates.window_days as from_date
    from dim_cutoffs
    cross join build_advocates
),

rules as (select * from build_advocates),

customers as (select * from dim_customers),

ambassadors as (select * from dim_ambassadors),

orders as (select * from fct_orders),

refunds as (select * from fct_refunds),

posts as (select * from fct_customer_posts),

acts as (select * from fct_acts),

first_orders as (select * from fct_first_orders),

interactions as (select * from fct_interactions),

survey_questions as (select * from fct_survey_questions),

rewards as (select * from fct_rewards),

refunded_orders as (
    select refunds.order_id
    from refunds
    cross join cutoffs
    where refunds.refunded_date < cutoffs.cutoff_date
    group by
        refunds.order_id,
        refunds.net_amount
    having sum(refunds.amount) >= refunds.net_amount
),

orders_kept as (
    select
        orders.customer_id,
        cast(sum(
            case when orders.ordered_date >= cutoffs.from_date and not orders.is_first_order then 1 else 0 end
        ) as integer) as repeat_orders,
        min(
            case when orders.ordered_date >= cutoffs.from_date and not orders.is_first_order then orders.ordered_date end
        ) as first_repeat_date,
        max(orders.ordered_date) as last_date
    from orders
    cross join cutoffs
    left join refunded_orders on orders.order_id = refunded_orders.order_id
    where
        orders.ordered_date < cutoffs.cutoff_date
        and refunded_orders.order_id is null
    group by orders.customer_id
),

posts_standing as (
    select
        posts.customer_id,
        posts.posted_date,
        posts.kind in ('review', 'testimonial', 'case_study') as is_review,
        posts.engagements,
        posts.posted_date >= cutoffs.from_date as is_recent
    from posts
    cross join cutoffs
    where
        posts.origin = 'organic'
        and posts.posted_date < cutoffs.cutoff_date
        and (posts.removed_date is null or posts.removed_date >= cutoffs.cutoff_date)
),

-- organic or with an incentive, whether or not it still stands
ever_posted as (
    select distinct posts.customer_id
    from posts
    cross join cutoffs
    where posts.posted_date < cutoffs.cutoff_date
),

posts_summary as (
    select
        customer_id,
        cast(sum(case when is_recent and not is_review then 1 else 0 end) as integer) as posts,
        min(case when is_recent and not is_review then posted_date end) as first_post_date,
        cast(sum(case when is_recent and is_review then 1 else 0 end) as integer) as reviews,
        min(case when is_recent and is_review then posted_date end) as first_review_date,
        cast(sum(case when is_recent then coalesce(engagements, 0) else 0 end) as bigint) as engagements,
        cast(sum(case when is_recent and engagements is not null then 1 else 0 end) as integer) as measured_posts,
        cast(sum(case when is_recent and engagements is null then 1 else 0 end) as integer) as unmeasured_posts,
        max(posted_date) as last_date
    from posts_standing
    group by customer_id
),

acts_summary as (
    select
        acts.customer_id,
        cast(sum(case when acts.kind = 'referral' and acts.act_date >= cutoffs.from_date then 1 else 0 end) as integer) as referrals,
        cast(sum(
            case when acts.kind = 'contribution' and acts.act_date >= cutoffs.from_date then 1 else 0 end
        ) as integer) as contributions,
        max(acts.act_date) as last_date
    from acts
    cross join cutoffs
    where
        acts.kind in ('referral', 'contribution')
        and acts.customer_id is not null
        and acts.act_date < cutoffs.cutoff_date
    group by acts.customer_id
),

people_brought as (
    select
        ambassadors.customer_id,
        cast(count(distinct first_orders.customer_id) as integer) as people_brought
    from first_orders
    inner join ambassadors on first_orders.ambassador_id = ambassadors.ambassador_id
    cross join cutoffs
    where
        ambassadors.customer_id is not null
        and first_orders.ordered_date >= cutoffs.from_date
        and first_orders.ordered_date < cutoffs.cutoff_date
    group by ambassadors.customer_id
),

interactions_before as (
    select
        interactions.customer_id,
        interactions.occurred_date,
        interactions.kind,
        interactions.occurred_date >= cutoffs.from_date as is_recent
    from interactions
    cross join cutoffs
    where interactions.occurred_date < cutoffs.cutoff_date
),

interactions_summary as (
    select
        customer_id,
        cast(sum(case when is_recent and kind in ('feedback', 'beta_test', 'vote') then 1 else 0 end) as integer) as feedback,
        cast(sum(case when is_recent and kind = 'community_post' then 1 else 0 end) as integer) as community_posts,
        cast(sum(case when is_recent and kind in ('event_attended', 'event_spoken', 'webinar') then 1 else 0 end) as integer) as events,
        max(case when is_recent and kind = 'login' then 1 else 0 end)
        + max(case when is_recent and kind = 'email_clicked' then 1 else 0 end)
        + max(case when is_recent and kind = 'event_attended' then 1 else 0 end)
        + max(case when is_recent and kind = 'event_spoken' then 1 else 0 end)
        + max(case when is_recent and kind = 'webinar' then 1 else 0 end)
        + max(case when is_recent and kind = 'feedback' then 1 else 0 end)
        + max(case when is_recent and kind = 'beta_test' then 1 else 0 end)
        + max(case when is_recent and kind = 'vote' then 1 else 0 end)
        + max(case when is_recent and kind = 'community_post' then 1 else 0 end)
        + max(case when is_recent and kind = 'call' then 1 else 0 end) as kinds,
        -- an opened mail and a call for help are no sign of attachment
        max(case when kind not in ('email_opened', 'support_ticket') then occurred_date end) as last_date,
        max(case when kind = 'support_ticket' then occurred_date end) as last_ticket_date
    from interactions_before
    group by customer_id
),

questions_before as (
    select
        survey_questions.customer_id,
        max(survey_questions.asked_date) as last_asked_date
    from survey_questions
    cross join cutoffs
    where survey_questions.asked_date < cutoffs.cutoff_date
    group by survey_questions.customer_id
),

-- of two answers on one day the one to nps, which tells more, then the smaller key
latest_answers as (
    select
        survey_questions.customer_id,
        survey_questions.kind as answer_kind,
        survey_questions.score as answer_score,
        survey_questions.answered_date,
        case
            when survey_questions.kind = 'nps' then survey_questions.score / 10.0
            else (survey_questions.score - 1) / 4.0
        end as satisfaction,
        case
            when survey_questions.kind = 'nps' then survey_questions.score <= 6
            else survey_questions.score <= 2
        end as is_dissatisfied
    from survey_questions
    cross join cutoffs
    where
        survey_questions.answered_date >= cutoffs.from_date
        and survey_questions.answered_date < cutoffs.cutoff_date
    qualify row_number() over (
        partition by survey_questions.customer_id
        order by survey_questions.answered_date desc, survey_questions.kind desc, survey_questions.response_id
    ) = 1
),

rewards_before as (
    select
        rewards.customer_id,
        max(rewards.granted_date) as last_thanked_date
    from rewards
    cross join cutoffs
    where rewards.granted_date < cutoffs.cutoff_date
    group by rewards.customer_id
),

enrolled as (
    select
        ambassadors.customer_id,
        max(
            case when ambassadors.left_date is null or ambassadors.left_date >= cutoffs.cutoff_date then 1 else 0 end
        ) as is_ambassador
    from ambassadors
    cross join cutoffs
    where
        ambassadors.customer_id is not null
        and ambassadors.enrolled_date < cutoffs.cutoff_date
    group by ambassadors.customer_id
),

segmented as (
    select
        customers.*,
        case rules.segment_by
            when 'sector' then customers.sector
            when 'company_size' then customers.company_size
            when 'acquisition_channel' then customers.acquisition_channel
            else customers.country_code
        end as segment
    from customers
    cross join rules
    cross join cutoffs
    where customers.joined_date < cutoffs.cutoff_date
),

segments as (
    select
        segment,
        count(*) as people
    from segmented
    where segment is not null
    group by segment
),

engagement as (
    select
        customers.customer_id,
        customers.country_code,
        customers.sector,
        customers.company_size,
        customers.acquisition_channel,
        customers.segment,
        -- too few to be compared among themselves are compared with all others of whom that is true
        case when segments.people >= rules.smallest_segment then segments.segment end as compared_with,
        cutoffs.cutoff_date,
        rules.window_days,
        customers.has_contact_consent,
        coalesce(enrolled.is_ambassador, 0) = 1 as is_ambassador,
        ever_posted.customer_id is not null as has_posted,
        coalesce(posts_summary.posts, 0) as posts,
        posts_summary.first_post_date,
        coalesce(posts_summary.engagements, 0) as engagements,
        coalesce(posts_summary.measured_posts, 0) as measured_posts,
        coalesce(posts_summary.unmeasured_posts, 0) as unmeasured_posts,
        coalesce(posts_summary.reviews, 0) as reviews,
        posts_summary.first_review_date,
        coalesce(acts_summary.referrals, 0) as referrals,
        coalesce(people_brought.people_brought, 0) as people_brought,
        -- known, and no reason to thank anybody
        case when latest_answers.is_dissatisfied then 0.0 else latest_answers.satisfaction end as satisfaction,
        latest_answers.answer_kind,
        latest_answers.answer_score,
        latest_answers.answered_date,
        questions_before.last_asked_date,
        coalesce(orders_kept.repeat_orders, 0) as repeat_orders,
        orders_kept.first_repeat_date,
        date_diff('day', customers.joined_date, cutoffs.cutoff_date) as tenure_days,
        greatest(
            orders_kept.last_date,
            posts_summary.last_date,
            acts_summary.last_date,
            interactions_summary.last_date,
            latest_answers.answered_date
        ) as last_active_date,
        coalesce(interactions_summary.kinds, 0)
        + case when orders_kept.repeat_orders > 0 then 1 else 0 end
        + case when posts_summary.posts > 0 then 1 else 0 end
        + case when posts_summary.reviews > 0 then 1 else 0 end
        + case when acts_summary.referrals > 0 then 1 else 0 end
        + case when acts_summary.contributions > 0 then 1 else 0 end
        + case when latest_answers.satisfaction is not null then 1 else 0 end as kinds,
        coalesce(interactions_summary.feedback, 0) as feedback,
        coalesce(interactions_summary.community_posts, 0) as community_posts,
        coalesce(acts_summary.contributions, 0) as contributions,
        coalesce(interactions_summary.events, 0) as events,
        case when customers.reach is not null then least(customers.reach, rules.reach_cap) end as capped_reach,
        rewards_before.last_thanked_date,
        interactions_summary.last_ticket_date,
        coalesce(latest_answers.is_dissatisfied, false) as is_dissatisfied
    from segmented as customers
    cross join cutoffs
    cross join rules
    left join segments on customers.segment = segments.segment
    left join orders_kept on customers.customer_id = orders_kept.customer_id
    left join ever_posted on customers.customer_id = ever_posted.customer_id
    left join posts_summary on customers.customer_id = posts_summary.customer_id
    left join acts_summary on customers.customer_id = acts_summary.customer_id
    left join people_brought on customers.customer_id = people_brought.customer_id
    left join interactions_summary on customers.customer_id = interactions_summary.customer_id
    left join latest_answers on customers.customer_id = latest_answers.customer_id
    left join questions_before on customers.customer_id = questions_before.customer_id
    left join rewards_before on customers.customer_id = rewards_before.customer_id
    left join enrolled on customers.customer_id = enrolled.customer_id
),

dated as (
    select
        engagement.*,
        greatest(
            rules.window_days + 1 - date_diff('day', engagement.last_active_date, engagement.cutoff_date), 0
        ) as recent_days
    from engagement
    cross join rules
)

select * from dated
