with

offer_bands as (
    select * from {{ ref('rpt_discount_bands') }}
),

offer_terms as (
    select
        offer_id,
        min(list_contribution_ratio) as list_contribution_ratio,
        min(base_quantity) as base_quantity
    from offer_bands
    group by offer_id
),

lines as (
    select
        line_prices.*,
        cast(date_trunc('month', line_prices.issued_on) as date) as issued_month,
        offer_terms.list_contribution_ratio,
        -- Nobody delivers approvals: volume is the only counterpart that can be seen.
        coalesce(
            line_prices.ordered_quantity >= offer_terms.base_quantity * (1 + {{ breakeven_uplift(
                divide('line_prices.discount_ht_eur', 'line_prices.list_ht_eur'), 'offer_terms.list_contribution_ratio'
            ) }}), false
        ) as has_volume
    from {{ ref('fct_line_prices') }} as line_prices
    left join offer_terms on line_prices.offer_id = offer_terms.offer_id
),

-- The list price of a line stands with the origin of its discount; what that origin does not explain has no list price.
origins as (
    select
        issued_month,
        client_id,
        offer_id,
        discount_origin,
        invoice_line_id,
        list_ht_eur,
        case when not is_listed then list_ht_eur else 0 end as unlisted_ht_eur,
        discount_ht_eur,
        case when discount_origin in ('automatic', 'manual') and not has_volume then discount_ht_eur else 0 end
            as uncontrolled_ht_eur,
        list_contribution_ratio
    from lines
    union all
    select
        issued_month,
        client_id,
        offer_id,
        'unexplained' as discount_origin,
        invoice_line_id,
        0 as list_ht_eur,
        0 as unlisted_ht_eur,
        unexplained_discount_ht_eur as discount_ht_eur,
        0 as uncontrolled_ht_eur,
        list_contribution_ratio
    from lines
    where unexplained_discount_ht_eur <> 0
),

cells as (
    select
        issued_month,
        client_id,
        coalesce(offer_id, 'unallocated') as offer_id,
        discount_origin,
        count(*) as line_count,
        cast(sum(list_ht_eur) as decimal(18, 2)) as list_ht_eur,
        cast(sum(unlisted_ht_eur) as decimal(18, 2)) as unlisted_ht_eur,
        cast(sum(discount_ht_eur) as decimal(18, 2)) as discount_ht_eur,
        cast(sum(uncontrolled_ht_eur) as decimal(18, 2)) as uncontrolled_ht_eur,
        {{ divide('sum(discount_ht_eur)', 'greatest(sum(list_ht_eur), 0)') }} as discount_ratio,
        min(list_contribution_ratio) as list_contribution_ratio
    from origins
    group by issued_month, client_id, coalesce(offer_id, 'unallocated'), discount_origin
),

final as (
    select
        cells.issued_month,
        cells.client_id,
        clients.client_name,
        clients.segment,
        cells.offer_id,
        case
            when cells.offer_id = 'unallocated' then 'Sans offre'
            else coalesce(offers.offer_name, cells.offer_id)
        end as offer_name,
        cells.discount_origin,
        cells.line_count,
        cells.list_ht_eur,
        cells.unlisted_ht_eur,
        cells.discount_ht_eur,
        cells.discount_ratio,
        cells.uncontrolled_ht_eur,
        cells.list_contribution_ratio,
        cast(
            case when cells.list_ht_eur = 0 then 0 else cells.list_ht_eur * cells.list_contribution_ratio end
            - cells.discount_ht_eur as decimal(18, 2)
        ) as contribution_left_eur,
        coalesce(cells.discount_ratio > 0 and cells.discount_ratio >= cells.list_contribution_ratio, false)
            as is_beyond_breakeven,
        {{ breakeven_uplift('cells.discount_ratio', 'cells.list_contribution_ratio') }} as breakeven_uplift_ratio,
        bands.discount_band,
        offer_bands.observed_uplift_ratio
    from cells
    inner join {{ ref('dim_clients') }} as clients on cells.client_id = clients.client_id
    left join {{ ref('dim_offers') }} as offers on cells.offer_id = offers.offer_id
    left join {{ ref('prep_discount_bands') }} as bands
        on
            round(cells.discount_ratio, 3) > bands.discount_above_ratio
            and round(cells.discount_ratio, 3) <= bands.discount_up_to_ratio
    left join offer_bands on cells.offer_id = offer_bands.offer_id and bands.discount_band = offer_bands.discount_band
)

select * from final
