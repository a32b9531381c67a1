-- one row per person who brought a customer or was brought: by whom, how many they brought themselves and in all, over
-- how many generations, and when the last of them came; of a line, 50 generations are followed
with recursive

people_brought as (select * from fct_people_brought),

customers as (select * from dim_customers),

lines as (
    select
        person_id,
        brought_by_id as ancestor_id,
        brought_date,
        1 as distance
    from people_brought
    union all
    select
        lines.person_id,
        people_brought.brought_by_id as ancestor_id,
        lines.brought_date,
        lines.distance + 1 as distance
    from lines
    inner join people_brought on lines.ancestor_id = people_brought.person_id
    where lines.distance < 50
),

below as (
    select
        ancestor_id as person_id,
        count(*) as people_in_all,
        count(*) filter (where distance = 1) as people_directly,
        max(distance) as generations,
        max(brought_date) as last_brought_date
    from lines
    group by ancestor_id
),

people as (
    select person_id from people_brought
    union
    select brought_by_id as person_id from people_brought
),

networks as (
    select
        people.person_id,
        customers.customer_id,
        people_brought.brought_by_id,
        people_brought.brought_date,
        coalesce(customers.has_contact_consent, false) as has_contact_consent,
        cast(coalesce(below.people_directly, 0) as integer) as people_directly,
        cast(coalesce(below.people_in_all, 0) as integer) as people_in_all,
        cast(coalesce(below.generations, 0) as integer) as generations,
        below.last_brought_date
    from people
    left join people_brought on people.person_id = people_brought.person_id
    left join below on people.person_id = below.person_id
    left join customers on people.person_id = 'customer:' || customers.customer_id
)

select * from networks
