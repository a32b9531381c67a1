-- one row per customer or partner: the only place of names and e-mail addresses
with

customers as (select * from landing_customers),

ambassadors as (select * from landing_ambassadors),

people as (
    select
        'customer:' || customer_id as person_id,
        customer_id,
        full_name,
        email
    from customers
    union all
    select
        'ambassador:' || ambassador_id as person_id,
        null as customer_id,
        full_name,
        email
    from ambassadors
    where customer_id is null
)

select * from people
