-- one row per post, organic or with an incentive, by a customer who is not staff, with the day from which it was gone, if any
with

posts as (select * from stg_posts),

customers as (select * from dim_customers),

by_customers as (
    select
        posts.content_id,
        posts.customer_id,
        posts.posted_date,
        posts.removed_date,
        posts.platform,
        posts.kind,
        posts.origin,
        posts.reach,
        posts.engagements
    from posts
    inner join customers on posts.customer_id = customers.customer_id
)

select * from by_customers
