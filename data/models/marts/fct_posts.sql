-- one row per post that was not removed, by anyone but staff, with its author's segments; is_measured says that its clicks
-- and its orders are both known
with

content as (select * from stg_content),

customers as (select * from dim_customers),

posts as (
    select
        content.content_id,
        content.customer_id,
        content.posted_date,
        content.origin,
        content.kind as content_kind,
        content.platform,
        content.clicks is not null and content.orders is not null as is_measured,
        content.clicks,
        content.orders,
        customers.country_code,
        customers.sector,
        customers.company_size,
        customers.acquisition_channel
    from content
    inner join customers on content.customer_id = customers.customer_id
)

select * from posts
