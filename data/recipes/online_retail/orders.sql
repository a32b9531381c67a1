-- one row per invoice of the UCI Online Retail extract that is not cancelled (InvoiceNo without C) and whose sold lines
-- (quantity > 0, price >= 0) add up to more than 0; the extract has no cost: cost_amount is ASSUMED half of net_amount
with source_lines as (
    select * from source
),

cleaned as (
    select
        trim(cast(InvoiceNo as varchar)) as invoice_id,
        coalesce(
            nullif(regexp_replace(trim(cast(CustomerID as varchar)), '[.]0+$', ''), ''),
            'unidentified'
        ) as customer_id,
        cast(InvoiceDate as timestamp) as invoiced_at,
        cast(Quantity as decimal(18, 4)) as quantity,
        cast(UnitPrice as decimal(18, 4)) as unit_price
    from source_lines
),

sold as (
    select
        invoice_id,
        customer_id,
        invoiced_at,
        cast(quantity * unit_price as decimal(18, 4)) as net_amount
    from cleaned
    where invoice_id not like 'C%' and quantity > 0 and unit_price >= 0
),

summed as (
    select
        invoice_id as order_id,
        min(customer_id) as customer_id,
        min(invoiced_at) as ordered_at,
        cast(sum(net_amount) as decimal(18, 4)) as net_amount
    from sold
    group by invoice_id
),

final as (
    select
        order_id,
        customer_id,
        ordered_at,
        net_amount,
        cast(net_amount * 0.5 as decimal(18, 4)) as cost_amount
    from summed
    where net_amount > 0
)

select * from final
