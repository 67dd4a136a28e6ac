{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

-- Without revenue in the whole ledger there is nothing to report; without a single cost, a margin would be a fiction.
final as (
    select bool_or({{ is_cost_entry() }}) as has_costs
    from {{ ref('fct_margin_entries') }}
    having bool_or(entry_kind = 'revenue')
)

select * from final
