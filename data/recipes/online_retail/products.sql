-- one row per StockCode of the UCI Online Retail extract; the extract has no cost: unit_cost is ASSUMED half the mean
-- price paid, which is unit_price (0 where nothing was sold); name = the most frequent description on sold lines, else
-- on any line, else the code
with source_lines as (
    select * from source
),

cleaned as (
    select
        trim(cast(InvoiceNo as varchar)) as invoice_id,
        trim(cast(StockCode as varchar)) as product_id,
        nullif(trim(cast(Description as varchar)), '') as description,
        cast(Quantity as decimal(18, 4)) as quantity,
        cast(UnitPrice as decimal(18, 4)) as unit_price
    from source_lines
),

marked as (
    select
        product_id,
        description,
        quantity,
        cast(quantity * unit_price as decimal(18, 4)) as net_amount,
        case
            when invoice_id not like 'C%' and quantity > 0 and unit_price > 0 then 1
            else 0
        end as is_sold
    from cleaned
),

counted_descriptions as (
    select
        product_id,
        description,
        sum(is_sold) as sold_count,
        count(*) as line_count
    from marked
    where description is not null
    group by product_id, description
),

ranked_descriptions as (
    select
        product_id,
        description,
        row_number() over (
            partition by product_id
            order by sold_count desc, line_count desc, description
        ) as place
    from counted_descriptions
),

priced as (
    select
        product_id,
        cast(
            round(
                sum(case when is_sold = 1 then net_amount end)
                / sum(case when is_sold = 1 then quantity end),
                4
            ) as decimal(18, 4)
        ) as unit_price
    from marked
    group by product_id
),

final as (
    select
        priced.product_id,
        coalesce(ranked_descriptions.description, priced.product_id) as name,
        priced.unit_price,
        cast(coalesce(priced.unit_price, 0) * 0.5 as decimal(18, 4)) as unit_cost
    from priced
    left join ranked_descriptions
        on priced.product_id = ranked_descriptions.product_id
        and ranked_descriptions.place = 1
)

select * from final
