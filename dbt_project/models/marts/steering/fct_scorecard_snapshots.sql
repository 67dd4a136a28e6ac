{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns',
    pre_hook="{{ reopen_day('said_on') }}"
) }}

with

kpi_values as (
    select * from {{ ref('fct_kpi_values') }}
    where as_of_on >= {{ months_before(as_of(), 12) }}
),

said as (
    select
        kpi_id,
        as_of_on,
        {{ 'said_quantity' if is_incremental() else 'observed_quantity' }} as said_quantity,
        row_number() over (
            partition by kpi_id, as_of_on order by {{ 'said_on' if is_incremental() else 'as_of_on' }} desc
        ) as said_rank
    from {{ this if is_incremental() else 'kpi_values where false' }}
),

-- Only what is not said already, or is no longer what was said.
final as (
    select
        kpi_values.kpi_id,
        kpi_values.as_of_on,
        {{ as_of() }} as said_on,
        kpi_values.observed_quantity as said_quantity
    from kpi_values
    left join said
        on kpi_values.kpi_id = said.kpi_id and kpi_values.as_of_on = said.as_of_on and said.said_rank = 1
    where kpi_values.observed_quantity is distinct from said.said_quantity and {{ may_freeze('said_on') }}
)

select * from final
