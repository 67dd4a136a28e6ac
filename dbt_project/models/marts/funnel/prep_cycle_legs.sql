{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

-- A leg starts, and then either ends, or is given up (lost, cancelled, credited), or is still waiting.
final as (
    select * from {{ ref('prep_deal_legs') }}
    union all
    select * from {{ ref('prep_order_legs') }}
    union all
    select * from {{ ref('prep_cash_legs') }}
)

select * from final
