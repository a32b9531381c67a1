-- one row per sold line (quantity > 0, price >= 0) of an order of the UCI Online Retail extract: an invoice that is not
-- cancelled and worth more than 0; numbered within the invoice by product, description, quantity and price
with source_lines as (
    select * from source
),

cleaned as (
    select
        trim(cast(InvoiceNo as varchar)) as invoice_id,
        trim(cast(StockCode as varchar)) as product_id,
        trim(cast(Description as varchar)) as description,
        cast(Quantity as decimal(18, 4)) as quantity,
        cast(UnitPrice as decimal(18, 4)) as unit_price
    from source_lines
),

sold as (
    select
        invoice_id,
        product_id,
        description,
        quantity,
        unit_price,
        cast(quantity * unit_price as decimal(18, 4)) as net_amount
    from cleaned
    where invoice_id not like 'C%' and quantity > 0 and unit_price >= 0
),

numbered as (
    select
        invoice_id,
        product_id,
        quantity,
        net_amount,
        row_number() over (
            partition by invoice_id
            order by product_id, description, quantity, unit_price
        ) as line_no,
        sum(net_amount) over (partition by invoice_id) as invoice_amount
    from sold
),

final as (
    select
        invoice_id as order_id,
        line_no,
        product_id,
        quantity,
        net_amount
    from numbered
    where invoice_amount > 0
)

select * from final
