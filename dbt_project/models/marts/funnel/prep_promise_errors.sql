{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

outcomes as (
    select
        *,
        coalesce(promised_ht_eur, 0) as worth_ht_eur,
        coalesce(weighted_ht_eur, 0) as expected_ht_eur,
        case when signed_on <= implied_signature_on then signed_ht_eur else 0 end as signed_in_time_ht_eur
    from {{ ref('prep_promise_outcomes') }}
),

-- The promise at face value, then weighted and followed to the signature, the invoice and the bank; each by the date
-- that the promise implied.
layers as (
    {%- for layer, forecast, actual, implied_on in [
        ('promised', 'worth_ht_eur', 'signed_in_time_ht_eur', 'implied_signature_on'),
        ('signed', 'expected_ht_eur', 'signed_in_time_ht_eur', 'implied_signature_on'),
        ('invoiced', 'expected_ht_eur', 'invoiced_ht_eur', 'implied_invoice_on'),
        ('cashed', 'expected_ht_eur', 'cashed_ht_eur', 'implied_cash_on'),
    ] %}
        select
            *,
            '{{ layer }}' as layer,
            {{ loop.index }} as layer_position,
            {{ forecast }} as forecast_ht_eur,
            {{ actual }} as actual_ht_eur,
            coalesce({{ implied_on }} <= {{ as_of() }}, false) as is_over
        from outcomes
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

-- I12: won or not, for how much, and when; the three add up to the error of each promise.
errors as (
    select
        *,
        forecast_ht_eur - actual_ht_eur as error_ht_eur,
        forecast_ht_eur - case when signed_ht_eur is null then 0 else worth_ht_eur end as probability_error_ht_eur,
        case when signed_ht_eur is null then 0 else worth_ht_eur - signed_ht_eur end as amount_error_ht_eur,
        coalesce(signed_ht_eur, 0) - actual_ht_eur as date_error_ht_eur
    from layers
),

final as (
    select
        errors.*,
        perimeters.perimeter_kind,
        case perimeters.perimeter_kind
            when 'team' then errors.team
            when 'segment' then errors.segment
            else 'all'
        end as perimeter_label
    from errors
    cross join (values ('all'), ('team'), ('segment')) as perimeters (perimeter_kind)
)

select * from final
