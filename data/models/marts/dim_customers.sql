-- one row per customer who is not staff, with the segments of every breakdown
with

customers as (select * from stg_customers),

outside_staff as (
    select
        customer_id,
        country_code,
        sector,
        company_size,
        acquisition_channel,
        has_contact_consent,
        reach,
        joined_date
    from customers
    where not is_staff
)

select * from outside_staff
