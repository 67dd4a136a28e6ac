{{ config(
    description='What people write in the seeds of payment terms uses the words that the models read; one company has one closing.',
    meta={'dagster': {'ref': {'name': 'map_payment_terms'}}},
) }}

with

terms as (
    select * from {{ ref('map_payment_terms') }}
),

readings as (
    select * from {{ ref('map_payment_readings') }}
),

caps as (
    select * from {{ ref('map_term_caps') }}
),

known_caps as (
    select
        'segment' as applies_to,
        cap_name
    from {{ ref('legal_public_term_caps') }}
    union all
    select
        'offer_family' as applies_to,
        cap_name
    from {{ ref('legal_sector_term_caps') }}
),

failures as (
    select
        payment_term_label as row_label,
        'map_payment_terms: base_event, reading, weight and days are complete' as reason
    from terms
    where
        coalesce(base_event, '') not in ('invoice', 'delivery', 'order')
        or coalesce(reading, 'ambiguous') not in ('days_then_eom', 'eom_then_days', 'ambiguous')
        or coalesce(split_weight, 0) <= 0
        or month_count + days_before_month_end + days_after_month_end is null
        or is_end_of_month is null
        or is_end_of_decade is null
        or (is_end_of_month and reading is null and days_before_month_end + days_after_month_end > 0)
    union all
    select
        concat(client_id, ' ', payment_term_label) as row_label,
        'map_payment_readings: a reading of a client or of a label' as reason
    from readings
    where
        coalesce(reading, '') not in ('days_then_eom', 'eom_then_days')
        or (client_id is null and payment_term_label is null)
    union all
    select
        caps.applies_to_label as row_label,
        'map_term_caps: the cap exists, of public buyers for a segment, of trades for a family' as reason
    from caps
    left join known_caps on caps.applies_to = known_caps.applies_to and caps.cap_name = known_caps.cap_name
    where known_caps.cap_name is null
    union all
    select
        'map_company' as row_label,
        'one company has one closing' as reason
    from {{ ref('map_company') }}
    having count(*) <> 1 or count(fiscal_year_end_on) <> 1
)

select * from failures
