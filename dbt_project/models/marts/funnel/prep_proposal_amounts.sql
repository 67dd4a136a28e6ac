{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

deals as (
    select * from {{ ref('prep_proposed_deals') }}
),

amounts as (
    {%- for measure, amount, condition in [
        ('proposed', 'first_proposed_ht_eur', 'true'),
        ('won_proposed', 'first_proposed_ht_eur', 'is_won'),
        ('won_last_proposed', 'last_proposed_ht_eur', 'is_won'),
        ('signed', 'signed_ht_eur', 'is_won'),
    ] %}
        select
            cohort_label,
            perimeter_kind,
            perimeter_label,
            '{{ measure }}' as measure,
            {{ amount }} as amount_ht_eur
        from deals
        where {{ amount }} is not null and {{ condition }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

ranked as (
    select
        *,
        row_number() over (
            partition by cohort_label, perimeter_kind, perimeter_label, measure order by amount_ht_eur
        ) as amount_rank,
        count(*) over (partition by cohort_label, perimeter_kind, perimeter_label, measure) as amount_count
    from amounts
),

-- One giant deal moves an average: without the lowest and the highest tenth of the amounts, it does not.
final as (
    select
        cohort_label,
        perimeter_kind,
        perimeter_label,
        measure,
        cast(avg(amount_ht_eur) as decimal(18, 2)) as average_ht_eur,
        cast(
            avg(amount_ht_eur) filter (
                where amount_rank > floor(amount_count / 10) and amount_rank <= amount_count - floor(amount_count / 10)
            )
            as decimal(18, 2)
        ) as trimmed_ht_eur,
        {{ quantile('cast(amount_ht_eur as double)', 0.5, 'decimal(18, 2)') }} as median_ht_eur,
        {{ quantile('cast(amount_ht_eur as double)', 0.9, 'decimal(18, 2)') }} as p90_ht_eur
    from ranked
    group by cohort_label, perimeter_kind, perimeter_label, measure
)

select * from final
