{%- set kinds = ['client_type', 'family', 'deal_type', 'size_band', 'channel'] -%}

{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

deals as (
    select * from {{ ref('prep_funnel_deals') }}
),

size_bands as (
    select
        size_band,
        size_from_ht_eur,
        lead(size_from_ht_eur) over (order by size_from_ht_eur) as size_to_ht_eur
    from {{ ref('map_deal_size_bands') }}
),

-- Without a single quote loaded, nothing is known of what is proposed.
quoted as (
    select count(first_proposed_ht_eur) > 0 as has_quotes from deals
),

-- The size is that of the first proposal: a concession does not make a deal smaller.
typed as (
    select
        deals.*,
        coalesce(size_bands.size_band, 'unknown') as size_band
    from deals
    inner join quoted on quoted.has_quotes
    left join size_bands
        on
            deals.value_ht_eur >= size_bands.size_from_ht_eur
            and (deals.value_ht_eur < size_bands.size_to_ht_eur or size_bands.size_to_ht_eur is null)
),

final as (
    select
        case when cells.is_every_cohort then 'all' else {{ quarter_label('typed.created_on') }} end as cohort_label,
        case when not cells.is_every_cohort then cast(date_trunc('quarter', typed.created_on) as date) end
            as cohort_start_on,
        cells.perimeter_kind,
        {{ perimeter_label(kinds, 'typed') }} as perimeter_label,
        typed.outcome = 'won' as is_won,
        typed.first_proposed_ht_eur,
        typed.last_proposed_ht_eur,
        typed.signed_ht_eur
    from typed
    cross join {{ perimeter_cells(kinds) }}
)

select * from final
