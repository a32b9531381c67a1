-- one row per customer, staff included; no personal data
with

settings as (select * from build_settings),

customers as (select * from landing_customers),

dated as (
    select
        customers.customer_id,
        customers.country_code,
        customers.sector,
        customers.company_size,
        customers.acquisition_channel,
        customers.reach,
        customers.contact_consent as has_contact_consent,
        customers.is_staff,
        customers.joined_at,
        cast(customers.joined_at at time zone settings.time_zone as date) as joined_date
    from customers
    cross join settings
)

select * from dated
