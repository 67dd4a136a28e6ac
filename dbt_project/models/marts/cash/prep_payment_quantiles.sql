{{ config(materialized='ephemeral', contract={'enforced': false}) }}
{%- set quantiles = {'10': 0.9, '50': 0.5, '90': 0.1} -%}

with

curves as (
    select * from {{ ref('prep_payment_curves') }}
),

classes as (
    select * from {{ ref('prep_payment_classes') }}
),

thresholds as (
    select * from {{ ref('prep_client_thresholds') }}
),

-- A quantile that a curve never reaches is at least the greatest age on it.
observed as (
    select
        {%- for quantile, left_ratio in quantiles.items() %}
            coalesce(min(late_days) filter (where survival_ratio <= {{ left_ratio }}), max(late_days))
                as late_p{{ quantile }},
        {%- endfor %}
        as_of_on,
        curve_kind,
        curve_label,
        min(late_days) filter (where survival_ratio <= 0.5) as censored_median_late_days,
        sum(known_quantity) as known_quantity
    from curves
    group by as_of_on, curve_kind, curve_label
),

-- A client is pulled towards its class, and a class towards all clients, the more so the less is known of it.
shrunk as (
    select
        classes.as_of_on,
        classes.client_id,
        classes.term_class,
        own.known_quantity,
        own.censored_median_late_days,
        {%- for quantile in quantiles %}
            coalesce((
                peers.known_quantity * peers.late_p{{ quantile }}
                + thresholds.shrinkage_count * companies.late_p{{ quantile }}
            ) / (peers.known_quantity + thresholds.shrinkage_count), companies.late_p{{ quantile }})
                as parent_p{{ quantile }},
            own.late_p{{ quantile }} as own_p{{ quantile }},
        {%- endfor %}
        thresholds.shrinkage_count
    from classes
    cross join thresholds
    left join observed as own
        on
            classes.as_of_on = own.as_of_on
            and own.curve_kind = 'client'
            and classes.client_id = own.curve_label
    left join observed as peers
        on
            classes.as_of_on = peers.as_of_on
            and peers.curve_kind = 'class'
            and classes.client_type || ' / ' || classes.term_class = peers.curve_label
    left join observed as companies
        on
            classes.as_of_on = companies.as_of_on
            and companies.curve_kind = 'all'
),

final as (
    select
        {%- for quantile in quantiles %}
            cast(coalesce(
                (known_quantity * own_p{{ quantile }} + shrinkage_count * parent_p{{ quantile }})
                / (known_quantity + shrinkage_count),
                parent_p{{ quantile }}
            ) as decimal(9, 2)) as late_p{{ quantile }}_days,
        {%- endfor %}
        as_of_on,
        client_id,
        term_class,
        cast(round(coalesce(known_quantity, 0)) as bigint) as effective_count,
        cast(censored_median_late_days as integer) as censored_median_late_days
    from shrunk
)

select * from final
