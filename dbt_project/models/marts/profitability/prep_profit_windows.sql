{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

final as (
    select
        'to_date' as window_label,
        cast('1900-01-01' as date) as from_on
    union all
    select
        'last_12_months' as window_label,
        cast({{ as_of() }} - interval 1 year + interval 1 day as date) as from_on
)

select * from final
