with

margins as (
    select * from {{ ref('prep_order_erosions') }}
),

acquisition as (
    select * from {{ ref('prep_order_acquisition') }}
),

won as (
    select
        margins.*,
        case when margins.has_acquisition_costs then coalesce(acquisition.acquisition_cost_eur, 0) end
            as acquisition_cost_eur,
        {{ prorate('margins.real_margin_eur', 'margins.cashed_ht_eur', 'margins.invoiced_ht_eur') }}
            as cashed_margin_eur
    from margins
    left join acquisition on margins.order_id = acquisition.order_id
),

final as (
    select
        order_id,
        deal_id,
        client_id,
        client_type,
        segment,
        sale_type,
        deal_type,
        channel,
        signed_on,
        is_complete,
        has_traced_cost,
        cast(net_signed_ht_eur as decimal(18, 2)) as signed_net_ht_eur,
        cast(invoiced_ht_eur as decimal(18, 2)) as invoiced_ht_eur,
        cashed_ttc_eur,
        cast(cashed_ht_eur as decimal(18, 2)) as cashed_ht_eur,
        standard_cost_eur,
        cast(revenue_ht_eur as decimal(18, 2)) as revenue_ht_eur,
        {%- for kind in order_entry_kinds() %}
            cast(case when has_margin then {{ kind }}_eur end as decimal(18, 2)) as {{ kind }}_eur,
        {%- endfor %}
        cast(theoretical_margin_eur as decimal(18, 2)) as theoretical_margin_eur,
        cast(case when has_margin then accounting_margin_eur end as decimal(18, 2)) as accounting_margin_eur,
        cast(case when has_margin then real_margin_eur end as decimal(18, 2)) as real_margin_eur,
        cast(case when has_erosion then theoretical_margin_eur - real_margin_eur end as decimal(18, 2)) as erosion_eur,
        {%- for cause in erosion_causes() %}
            cast(case when has_erosion then {{ cause }}_erosion_eur end as decimal(18, 2)) as {{ cause }}_erosion_eur,
        {%- endfor %}
        case
            when not has_erosion or largest_erosion_eur <= 0 then null
            {%- for cause in erosion_causes() %}
                when {{ cause }}_erosion_eur = largest_erosion_eur then '{{ cause }}'
            {%- endfor %}
        end as main_erosion_cause,
        case when has_margin then cashed_margin_eur end as cashed_margin_eur,
        acquisition_cost_eur,
        cast(case when has_margin then real_margin_eur + acquisition_cost_eur end as decimal(18, 2))
            as net_value_eur,
        case when has_margin then {{ divide('real_margin_eur', 'revenue_ht_eur') }} end
            as real_margin_ratio,
        case
            when is_complete and has_margin
                then {{ divide('real_margin_eur', 'greatest(theoretical_margin_eur, 0)') }}
        end as realisation_ratio,
        cost_coverage_ratio
    from won
)

select * from final
