-- error: the credits of a model and window do not add up to the orders that had a touch
with

orders as (select * from fct_orders),

touches as (select * from fct_touches),

attribution as (select * from fct_attribution_daily),

windows (window_days) as (values (7), (30), (60), (90)),

models (model) as (values ('last'), ('first'), ('linear')),

-- each dimension holds every credit once, as a whole or split
dimensions (dimension) as (
    values
    ('all'),
    ('country_code'),
    ('sector'),
    ('company_size'),
    ('acquisition_channel'),
    ('programme'),
    ('lever')
),

touched as (
    select
        orders.order_id,
        orders.revenue_amount,
        max(touches.touched_at) as touched_at,
        max(orders.ordered_at) as ordered_at
    from orders
    inner join touches
        on
            orders.customer_id = touches.customer_id
            and touches.touched_at >= orders.ordered_at - interval 2160 hour
            and touches.touched_at <= orders.ordered_at
    where touches.order_id is null or touches.order_id = orders.order_id
    group by
        orders.order_id,
        orders.revenue_amount
),

expected as (
    select
        windows.window_days,
        sum(touched.revenue_amount) as amount
    from touched
    inner join windows
        on
            windows.window_days = 90
            or (windows.window_days = 60 and touched.touched_at >= touched.ordered_at - interval 1440 hour)
            or (windows.window_days = 30 and touched.touched_at >= touched.ordered_at - interval 720 hour)
            or (windows.window_days = 7 and touched.touched_at >= touched.ordered_at - interval 168 hour)
    group by windows.window_days
),

credited as (
    select
        dimension,
        model,
        window_days,
        sum(revenue_amount) as amount
    from attribution
    group by
        dimension,
        model,
        window_days
),

offending as (
    select distinct models.model || ' ' || windows.window_days || ' days' as subject
    from models
    cross join windows
    cross join dimensions
    left join expected on windows.window_days = expected.window_days
    left join credited
        on
            windows.window_days = credited.window_days
            and models.model = credited.model
            and dimensions.dimension = credited.dimension
    where coalesce(expected.amount, 0) <> coalesce(credited.amount, 0)
)

select * from offending
