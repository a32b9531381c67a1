-- one row per negative invoice (cancellation or adjustment) of the UCI Online Retail extract and order it is laid on:
-- the latest earlier order that is still open, first of the same customer and product, then of the same customer, at
-- last of the collective account 'unidentified'; the extract does not name the order, so this is a rule, not a fact
--
-- How a round lays cancellations on sales: within a group, in order of time, a sale raises a balance through a stretch
-- of amounts and a cancellation lowers it. A cancelled amount belongs to the sale that last raised the balance through
-- it: where the two stretches overlap and the balance has not been lower in between. So no refund exceeds its sale or
-- precedes it, and what was cancelled without a sale before it stays open for the next round.
with source_lines as (
    select * from source
),

cleaned as (
    select
        trim(cast(InvoiceNo as varchar)) as invoice_id,
        trim(cast(StockCode as varchar)) as product_id,
        coalesce(
            nullif(regexp_replace(trim(cast(CustomerID as varchar)), '[.]0+$', ''), ''),
            'unidentified'
        ) as customer_id,
        cast(InvoiceDate as timestamp) as invoiced_at,
        cast(Quantity as decimal(18, 4)) as quantity,
        cast(UnitPrice as decimal(18, 4)) as unit_price
    from source_lines
),

valued as (
    select
        invoice_id,
        product_id,
        min(customer_id) over (partition by invoice_id) as customer_id,
        min(invoiced_at) over (partition by invoice_id) as invoiced_at,
        invoice_id not like 'C%' and quantity > 0 and unit_price > 0 as is_sale,
        abs(cast(quantity * unit_price as decimal(18, 4))) as amount,
        quantity * unit_price < 0 as is_negative
    from cleaned
),

summed_by_product as (
    select
        invoice_id,
        product_id,
        customer_id,
        invoiced_at,
        is_sale,
        sum(amount) as amount
    from valued
    where is_sale or is_negative
    group by invoice_id, product_id, customer_id, invoiced_at, is_sale
),

summed_by_invoice as (
    select
        invoice_id,
        customer_id,
        invoiced_at,
        is_sale,
        sum(amount) as amount
    from summed_by_product
    group by invoice_id, customer_id, invoiced_at, is_sale
),

-- round 1: same customer, same product
walked_by_product as (
    select
        *,
        row_number() over in_time as step,
        sum(case when is_sale then amount else -amount end) over in_time as balance
    from summed_by_product
    window in_time as (
        partition by customer_id, product_id
        order by invoiced_at, is_sale desc, invoice_id
        rows between unbounded preceding and current row
    )
),

paired_by_product as (
    select
        cancellations.invoice_id as cancellation_id,
        sales.invoice_id as order_id,
        min(steps.balance) - greatest(min(sales.balance - sales.amount), min(cancellations.balance)) as amount
    from walked_by_product as cancellations
    inner join walked_by_product as sales
        on cancellations.customer_id = sales.customer_id
        and cancellations.product_id = sales.product_id
        and sales.step < cancellations.step
        and sales.balance > cancellations.balance
        and sales.balance - sales.amount < cancellations.balance + cancellations.amount
    inner join walked_by_product as steps
        on cancellations.customer_id = steps.customer_id
        and cancellations.product_id = steps.product_id
        and steps.step >= sales.step
        and steps.step < cancellations.step
    where sales.is_sale and not cancellations.is_sale
    group by cancellations.product_id, cancellations.invoice_id, sales.invoice_id
    having min(steps.balance) > greatest(min(sales.balance - sales.amount), min(cancellations.balance))
),

settled_by_product as (
    select cancellation_id as invoice_id, false as is_sale, sum(amount) as amount
    from paired_by_product
    group by cancellation_id
    union all
    select order_id as invoice_id, true as is_sale, sum(amount) as amount
    from paired_by_product
    group by order_id
),

-- round 2: same customer, any product
left_after_product as (
    select
        summed_by_invoice.invoice_id,
        summed_by_invoice.customer_id,
        summed_by_invoice.invoiced_at,
        summed_by_invoice.is_sale,
        summed_by_invoice.amount - coalesce(settled_by_product.amount, 0) as amount
    from summed_by_invoice
    left join settled_by_product
        on summed_by_invoice.invoice_id = settled_by_product.invoice_id
        and summed_by_invoice.is_sale = settled_by_product.is_sale
),

walked_by_customer as (
    select
        *,
        row_number() over in_time as step,
        sum(case when is_sale then amount else -amount end) over in_time as balance
    from left_after_product
    where amount > 0
    window in_time as (
        partition by customer_id
        order by invoiced_at, is_sale desc, invoice_id
        rows between unbounded preceding and current row
    )
),

paired_by_customer as (
    select
        cancellations.invoice_id as cancellation_id,
        sales.invoice_id as order_id,
        min(steps.balance) - greatest(min(sales.balance - sales.amount), min(cancellations.balance)) as amount
    from walked_by_customer as cancellations
    inner join walked_by_customer as sales
        on cancellations.customer_id = sales.customer_id
        and sales.step < cancellations.step
        and sales.balance > cancellations.balance
        and sales.balance - sales.amount < cancellations.balance + cancellations.amount
    inner join walked_by_customer as steps
        on cancellations.customer_id = steps.customer_id
        and steps.step >= sales.step
        and steps.step < cancellations.step
    where sales.is_sale and not cancellations.is_sale
    group by cancellations.invoice_id, sales.invoice_id
    having min(steps.balance) > greatest(min(sales.balance - sales.amount), min(cancellations.balance))
),

settled_by_customer as (
    select cancellation_id as invoice_id, false as is_sale, sum(amount) as amount
    from paired_by_customer
    group by cancellation_id
    union all
    select order_id as invoice_id, true as is_sale, sum(amount) as amount
    from paired_by_customer
    group by order_id
),

-- round 3: what no order of the customer can bear, on the collective account; its orders of the extract's first day
-- count from that day's midnight, because cancellations come in that morning before its first order
left_after_customer as (
    select
        left_after_product.invoice_id,
        left_after_product.invoiced_at,
        left_after_product.is_sale,
        left_after_product.amount - coalesce(settled_by_customer.amount, 0) as amount
    from left_after_product
    left join settled_by_customer
        on left_after_product.invoice_id = settled_by_customer.invoice_id
        and left_after_product.is_sale = settled_by_customer.is_sale
    where left_after_product.customer_id = 'unidentified' or not left_after_product.is_sale
),

dated as (
    select
        *,
        case
            when is_sale and cast(invoiced_at as date) = min(cast(invoiced_at as date)) over ()
                then cast(cast(invoiced_at as date) as timestamp)
            else invoiced_at
        end as available_at
    from left_after_customer
),

walked_collectively as (
    select
        *,
        row_number() over in_time as step,
        sum(case when is_sale then amount else -amount end) over in_time as balance
    from dated
    where amount > 0
    window in_time as (
        order by available_at, is_sale desc, invoiced_at, invoice_id
        rows between unbounded preceding and current row
    )
),

paired_collectively as (
    select
        cancellations.invoice_id as cancellation_id,
        sales.invoice_id as order_id,
        min(steps.balance) - greatest(min(sales.balance - sales.amount), min(cancellations.balance)) as amount
    from walked_collectively as cancellations
    inner join walked_collectively as sales
        on sales.step < cancellations.step
        and sales.balance > cancellations.balance
        and sales.balance - sales.amount < cancellations.balance + cancellations.amount
    inner join walked_collectively as steps
        on steps.step >= sales.step
        and steps.step < cancellations.step
    where sales.is_sale and not cancellations.is_sale
    group by cancellations.invoice_id, sales.invoice_id
    having min(steps.balance) > greatest(min(sales.balance - sales.amount), min(cancellations.balance))
),

paired as (
    select * from paired_by_product
    union all
    select * from paired_by_customer
    union all
    select * from paired_collectively
),

final as (
    select
        paired.cancellation_id || '/' || paired.order_id as refund_id,
        paired.order_id,
        cancellations.invoiced_at as refunded_at,
        cast(sum(paired.amount) as decimal(18, 4)) as amount
    from paired
    inner join summed_by_invoice as cancellations
        on paired.cancellation_id = cancellations.invoice_id
        and not cancellations.is_sale
    group by paired.cancellation_id, paired.order_id, cancellations.invoiced_at
)

select * from final
