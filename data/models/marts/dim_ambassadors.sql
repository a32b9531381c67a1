-- one row per enrolment of an ambassador who is not staff, with segments and consent of the customer behind it
with

ambassadors as (select * from stg_ambassadors),

customers as (select * from stg_customers),

described as (
    select
        ambassadors.ambassador_id,
        ambassadors.customer_id,
        coalesce('customer:' || ambassadors.customer_id, 'ambassador:' || ambassadors.ambassador_id) as person_id,
        ambassadors.programme,
        ambassadors.lever,
        ambassadors.enrolled_at,
        ambassadors.left_at,
        ambassadors.enrolled_date,
        ambassadors.left_date,
        customers.country_code,
        customers.sector,
        customers.company_size,
        customers.acquisition_channel,
        customers.has_contact_consent
    from ambassadors
    left join customers on ambassadors.customer_id = customers.customer_id
    where coalesce(not customers.is_staff, true)
)

select * from described
