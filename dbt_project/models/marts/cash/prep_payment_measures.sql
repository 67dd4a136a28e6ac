{{ config(materialized='ephemeral', contract={'enforced': false}) }}
{%- set delays = ['pay', 'late', 'undisputed_late'] %}

with

lots as (
    select * from {{ ref('prep_payment_lots') }}
    where is_recent
),

sums as (
    select
        as_of_on,
        is_latest,
        client_id,
        count(distinct case when outcome = 'factored' then invoice_id end) as factored_count,
        count(distinct case when outcome = 'paid' then payment_id end) as payment_count,
        {%- for outcome in ['paid', 'unpaid'] %}
            coalesce(sum(lot_ttc_eur) filter (where outcome = '{{ outcome }}'), 0) as {{ outcome }}_ttc_eur,
            {%- for delay in delays %}
                coalesce(sum(lot_ttc_eur * {{ delay }}_days) filter (where outcome = '{{ outcome }}'), 0)
                    as {{ outcome }}_{{ delay }}_days,
            {%- endfor %}
        {%- endfor %}
        coalesce(sum(lot_ttc_eur) filter (where outcome = 'paid' and late_days <= 0), 0) as on_time_ttc_eur,
        sum(lot_ttc_eur * late_days) filter (where is_in_trend and outcome in ('paid', 'unpaid'))
        / sum(lot_ttc_eur) filter (where is_in_trend and outcome in ('paid', 'unpaid')) as recent_late_days,
        sum(lot_ttc_eur * former_late_days)
        / sum(lot_ttc_eur) filter (where former_late_days is not null) as former_late_days
    from lots
    group by as_of_on, is_latest, client_id
),

final as (
    select
        as_of_on,
        is_latest,
        client_id,
        factored_count,
        payment_count,
        paid_ttc_eur,
        unpaid_ttc_eur,
        {%- for delay in delays %}
            {{ divide(
                'paid_' ~ delay ~ '_days + unpaid_' ~ delay ~ '_days', 'paid_ttc_eur + unpaid_ttc_eur', 'decimal(9, 2)'
            ) }} as {{ delay }}_days,
            {{ divide('paid_' ~ delay ~ '_days', 'paid_ttc_eur', 'decimal(9, 2)') }} as paid_only_{{ delay }}_days,
        {%- endfor %}
        {{ divide('on_time_ttc_eur', 'paid_ttc_eur + unpaid_ttc_eur') }} as on_time_ratio,
        cast(recent_late_days - former_late_days as decimal(9, 2)) as late_trend_days
    from sums
)

select * from final
