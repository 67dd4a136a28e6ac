with

final as (
    select
        as_of_on,
        curve_kind,
        curve_label,
        cast(late_days as integer) as late_days,
        cast(at_risk_quantity as decimal(18, 6)) as at_risk_quantity,
        cast(paid_quantity as decimal(18, 6)) as paid_quantity,
        cast(left_quantity - paid_quantity as decimal(18, 6)) as censored_quantity,
        survival_ratio
    from {{ ref('prep_payment_curves') }}
    where as_of_on = {{ as_of() }}
)

select * from final
