-- one row per CustomerID of the UCI Online Retail extract, plus 'unidentified', the collective account of lines without
-- one; joined on the first invoice of any kind, country of the latest invoice that names one
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
        trim(cast(Country as varchar)) as country
    from source_lines
),

-- Channel Islands, European Community and Unspecified stay null: none of them has one ISO code
coded as (
    select
        customer_id,
        invoice_id,
        invoiced_at,
        case
            when customer_id = 'unidentified' then null
            when country = 'Australia' then 'AU'
            when country = 'Austria' then 'AT'
            when country = 'Bahrain' then 'BH'
            when country = 'Belgium' then 'BE'
            when country = 'Brazil' then 'BR'
            when country = 'Canada' then 'CA'
            when country = 'Cyprus' then 'CY'
            when country = 'Czech Republic' then 'CZ'
            when country = 'Denmark' then 'DK'
            when country = 'EIRE' then 'IE'
            when country = 'Finland' then 'FI'
            when country = 'France' then 'FR'
            when country = 'Germany' then 'DE'
            when country = 'Greece' then 'GR'
            when country = 'Hong Kong' then 'HK'
            when country = 'Iceland' then 'IS'
            when country = 'Israel' then 'IL'
            when country = 'Italy' then 'IT'
            when country = 'Japan' then 'JP'
            when country = 'Lebanon' then 'LB'
            when country = 'Lithuania' then 'LT'
            when country = 'Malta' then 'MT'
            when country = 'Netherlands' then 'NL'
            when country = 'Norway' then 'NO'
            when country = 'Poland' then 'PL'
            when country = 'Portugal' then 'PT'
            when country = 'RSA' then 'ZA'
            when country = 'Saudi Arabia' then 'SA'
            when country = 'Singapore' then 'SG'
            when country = 'Spain' then 'ES'
            when country = 'Sweden' then 'SE'
            when country = 'Switzerland' then 'CH'
            when country = 'USA' then 'US'
            when country = 'United Arab Emirates' then 'AE'
            when country = 'United Kingdom' then 'GB'
        end as country_code
    from cleaned
),

ranked as (
    select
        customer_id,
        country_code,
        min(invoiced_at) over (partition by customer_id) as joined_at,
        row_number() over (
            partition by customer_id
            order by
                case when country_code is null then 1 else 0 end,
                invoiced_at desc,
                invoice_id desc,
                country_code
        ) as place
    from coded
),

final as (
    select
        customer_id,
        country_code,
        joined_at
    from ranked
    where place = 1
)

select * from final
