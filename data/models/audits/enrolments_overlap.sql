-- warning: a customer is enrolled as two ambassadors at the same time; their acts count for both in active ambassadors
with

ambassadors as (select * from dim_ambassadors where customer_id is not null),

offending as (
    select distinct earlier.customer_id as subject
    from ambassadors as earlier
    inner join ambassadors as later
        on
            earlier.customer_id = later.customer_id
            and earlier.ambassador_id < later.ambassador_id
            and (earlier.left_at is null or later.enrolled_at < earlier.left_at)
            and (later.left_at is null or earlier.enrolled_at < later.left_at)
)

select * from offending
