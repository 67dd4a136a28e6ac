with

cells as (
    select * from {{ ref('prep_band_cells') }}
),

thresholds as (
    select * from {{ ref('prep_profit_thresholds') }}
),

loaded as (
    select coalesce(bool_or({{ is_cost_entry() }}), false) as has_costs
    from {{ ref('fct_margin_entries') }}
),

compared as (
    select
        cells.*,
        {{ divide('cells.won_count', 'cells.decided_count') }} as win_ratio,
        {{ divide('sum(cells.won_count) over of_offer', 'sum(cells.decided_count) over of_offer') }}
            as parent_win_ratio,
        {{ divide('cells.real_margin_eur', 'cells.invoice_price_ht_eur') }} as margin_on_price_ratio,
        {{ divide('sum(cells.real_margin_eur) over of_offer', 'sum(cells.invoice_price_ht_eur) over of_offer') }}
            as parent_margin_on_price_ratio,
        max(
            case
                when cells.discount_band = 'none' and cells.sale_count >= thresholds.minimum_comparison_count
                    then cells.average_quantity
            end
        ) over of_offer as base_quantity,
        {{ divide('cells.list_ht_eur - cells.invoice_price_ht_eur', 'cells.list_ht_eur') }} as discount_ratio
    from cells
    cross join thresholds
    window of_offer as (partition by cells.offer_id)
),

final as (
    select
        compared.offer_id,
        case
            when compared.offer_id = 'all' then 'Toutes les offres'
            else coalesce(offers.offer_name, compared.offer_id)
        end as offer_name,
        bands.band_position,
        compared.discount_band,
        bands.band_label_fr,
        cast(compared.decided_count as bigint) as decided_count,
        cast(compared.won_count as bigint) as won_count,
        compared.win_ratio,
        cast({{ shrink('win_ratio', 'decided_count') }} as decimal(9, 6)) as shrunk_win_ratio,
        cast(compared.sale_count as bigint) as sale_count,
        compared.sale_count < thresholds.minimum_sale_count as is_small_sample,
        cast(compared.list_ht_eur as decimal(18, 2)) as list_ht_eur,
        cast(compared.list_ht_eur - compared.invoice_price_ht_eur as decimal(18, 2)) as discount_ht_eur,
        cast(compared.invoice_price_ht_eur as decimal(18, 2)) as invoice_price_ht_eur,
        compared.discount_ratio,
        {{ known_amount('compared.real_margin_eur') }} as real_margin_eur,
        case when loaded.has_costs then compared.margin_on_price_ratio end as margin_on_price_ratio,
        case
            when loaded.has_costs
                then cast({{ shrink('margin_on_price_ratio', 'sale_count') }} as decimal(9, 6))
        end as shrunk_margin_on_price_ratio,
        cast(compared.average_quantity as decimal(18, 6)) as average_quantity,
        cast(compared.base_quantity as decimal(18, 6)) as base_quantity,
        case
            when compared.discount_band <> 'none' and compared.sale_count >= thresholds.minimum_comparison_count
                then {{ divide('compared.average_quantity - compared.base_quantity', 'compared.base_quantity') }}
        end as observed_uplift_ratio,
        contributions.list_contribution_ratio,
        {{ breakeven_uplift('compared.discount_ratio', 'contributions.list_contribution_ratio') }}
            as breakeven_uplift_ratio
    from compared
    cross join thresholds
    cross join loaded
    inner join {{ ref('prep_discount_bands') }} as bands on compared.discount_band = bands.discount_band
    left join {{ ref('dim_offers') }} as offers on compared.offer_id = offers.offer_id
    left join {{ ref('prep_offer_contributions') }} as contributions on compared.offer_id = contributions.offer_id
)

select * from final
