{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

deals as (
    select * from {{ ref('fct_deals') }}
    where expected_close_on is not null and created_on <= {{ as_of() }}
),

bookings as (
    select
        deal_id,
        cast(sum(signed_ttc_eur) as decimal(18, 2)) as signed_ttc_eur
    from {{ ref('prep_bridge_bookings') }}
    group by deal_id
),

-- What a euro before tax is with tax: on the orders of the deal, else on all those of the company.
deal_taxes as (
    select
        deal_id,
        cast(sum(signed_ht_eur) as decimal(18, 2)) as signed_ht_eur,
        cast(sum(signed_ttc_eur) as decimal(18, 2)) as signed_ttc_eur
    from {{ ref('fct_orders') }}
    where signed_on <= {{ as_of() }}
    group by deal_id
    having sum(signed_ht_eur) <> 0
),

-- A company without orders has no tax to compare its promises with cash: they are left out.
company_tax as (
    select
        cast(sum(signed_ht_eur) as decimal(18, 2)) as signed_ht_eur,
        cast(sum(signed_ttc_eur) as decimal(18, 2)) as signed_ttc_eur
    from deal_taxes
    having sum(signed_ht_eur) <> 0
),

taxed as (
    select
        deals.*,
        coalesce(deal_taxes.signed_ht_eur, company_tax.signed_ht_eur) as tax_ht_eur,
        coalesce(deal_taxes.signed_ttc_eur, company_tax.signed_ttc_eur) as tax_ttc_eur
    from deals
    cross join company_tax
    left join deal_taxes on deals.deal_id = deal_taxes.deal_id
),

-- An order signed by the as-of day says more than the CRM, whatever the outcome that the CRM shows.
final as (
    select
        taxed.deal_id,
        taxed.segment,
        cast(date_trunc('month', taxed.expected_close_on) as date) as bridge_month,
        case
            when bookings.deal_id is not null then 'signed'
            when taxed.outcome = 'open' or taxed.closed_on > {{ as_of() }} then 'still_open'
            when taxed.outcome = 'lost' then 'not_won'
            else 'won_not_ordered'
        end as fate,
        taxed.promised_ht_eur,
        {{ prorate('taxed.promised_ht_eur', 'taxed.tax_ttc_eur', 'taxed.tax_ht_eur') }} as promised_ttc_eur,
        bookings.signed_ttc_eur
    from taxed
    left join bookings on taxed.deal_id = bookings.deal_id
)

select * from final
