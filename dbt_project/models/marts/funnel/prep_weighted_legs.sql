{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

-- One base for every leg: the cash whose whole chain is dated. Only so do the legs add up to the total.
cash as (
    select
        milestones.*,
        families.family
    from {{ ref('fct_cash_milestones') }} as milestones
    inner join {{ ref('prep_invoice_families') }} as families on milestones.invoice_id = families.invoice_id
    where
        milestones.first_quoted_on is not null
        and milestones.signed_on is not null
        and milestones.delivered_on is not null
),

cell_cash as (
    select
        cash.*,
        case when cells.is_every_cohort then 'all' else cast(extract(year from cash.entered_on) as varchar) end
            as cohort_label,
        cells.perimeter_kind,
        {{ perimeter_label(['client_type', 'family'], 'cash') }} as perimeter_label
    from cash
    cross join {{ perimeter_cells(['client_type', 'family']) }}
),

-- Rounded mean dates, counted from the quote: each leg is a difference of two, so rounding cannot break the sum.
mean_dates as (
    select
        cohort_label,
        perimeter_kind,
        perimeter_label,
        {%- for milestone in ['created', 'signed', 'delivered', 'issued', 'due', 'cash'] %}
            {{ mean_days_since_quote(milestone ~ '_on') }} as {{ milestone }}_days,
        {%- endfor %}
        sum(cashed_ttc_eur) as weighted_base_ttc_eur
    from cell_cash
    group by cohort_label, perimeter_kind, perimeter_label
),

final as (
    {%- for leg, days in [
        ('created_to_quoted', '-created_days'),
        ('quoted_to_signed', 'signed_days'),
        ('signed_to_delivered', 'delivered_days - signed_days'),
        ('delivered_to_invoiced', 'issued_days - delivered_days'),
        ('invoiced_to_due', 'due_days - issued_days'),
        ('due_to_cashed', 'cash_days - due_days'),
        ('quoted_to_cashed', 'cash_days'),
    ] %}
        select
            cohort_label,
            perimeter_kind,
            perimeter_label,
            '{{ leg }}' as leg,
            {{ loop.index }} as leg_position,
            cast({{ days }} as decimal(9, 2)) as weighted_days,
            cast(weighted_base_ttc_eur as decimal(18, 2)) as weighted_base_ttc_eur
        from mean_dates
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select * from final
