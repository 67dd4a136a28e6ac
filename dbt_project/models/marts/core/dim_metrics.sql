with

metrics as (
    select * from {{ ref('map_metrics') }}
),

final as (
    select
        metric_id,
        label_fr,
        label_en,
        formula,
        unit,
        tax_basis,
        grain,
        owner_role,
        glossary_section,
        pitfalls
    from metrics
)

select * from final
