-- one row per act of advocacy: an organic or incentivised post, a referral, a contribution, a voluntary interaction
with

customers as (select * from dim_customers),

ambassadors as (select * from dim_ambassadors),

content as (select * from stg_content),

referrals as (select * from stg_referrals),

contributions as (select * from stg_contributions),

interactions as (select * from stg_interactions),

customers_acts as (
    select
        'content:' || content_id as act_id,
        customer_id,
        posted_at as acted_at,
        posted_date as act_date,
        kind,
        platform,
        origin
    from content
    where origin in ('organic', 'incentivised')
    union all
    select
        'contribution:' || contribution_id as act_id,
        customer_id,
        occurred_at as acted_at,
        occurred_date as act_date,
        'contribution' as kind,
        null as platform,
        null as origin
    from contributions
    union all
    select
        'interaction:' || interaction_id as act_id,
        customer_id,
        occurred_at as acted_at,
        occurred_date as act_date,
        kind,
        null as platform,
        null as origin
    from interactions
    where kind in ('event_spoken', 'community_post', 'feedback', 'beta_test', 'vote')
),

acts as (
    select
        customers_acts.act_id,
        'customer:' || customers_acts.customer_id as person_id,
        customers_acts.customer_id,
        cast(null as varchar) as referring_ambassador_id,
        customers_acts.acted_at,
        customers_acts.act_date,
        customers_acts.kind,
        customers_acts.platform,
        customers_acts.origin,
        customers.country_code,
        customers.sector,
        customers.company_size,
        customers.acquisition_channel
    from customers_acts
    inner join customers on customers_acts.customer_id = customers.customer_id
    union all
    select
        'referral:' || referrals.referral_id as act_id,
        ambassadors.person_id,
        ambassadors.customer_id,
        referrals.ambassador_id as referring_ambassador_id,
        referrals.referred_at as acted_at,
        referrals.referred_date as act_date,
        'referral' as kind,
        null as platform,
        null as origin,
        ambassadors.country_code,
        ambassadors.sector,
        ambassadors.company_size,
        ambassadors.acquisition_channel
    from referrals
    inner join ambassadors on referrals.ambassador_id = ambassadors.ambassador_id
)

select * from acts
