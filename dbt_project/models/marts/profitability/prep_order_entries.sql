{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

entries as (
    select
        *,
        {{ is_cost_entry() }} as is_cost
    from {{ ref('fct_margin_entries') }}
),

final as (
    select
        order_id,
        coalesce(sum(entry_eur) filter (where entry_kind = 'revenue'), 0) as revenue_ht_eur,
        {%- for kind in order_entry_kinds() %}
            coalesce(sum(entry_eur) filter (where entry_kind = '{{ kind }}'), 0) as {{ kind }}_eur,
        {%- endfor %}
        sum(entry_eur) as real_margin_eur,
        bool_or(is_cost) as has_traced_cost
    from entries
    where order_id is not null
    group by order_id
)

select * from final
