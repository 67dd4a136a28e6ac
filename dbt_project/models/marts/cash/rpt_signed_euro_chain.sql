{#- Steps in reading order: name, is it a level, tax basis, amount, what must be loaded, days since the last level. -#}
{%- set steps = [
    ('proposed', true, 'ht', 'proposed_ht_eur', 'has_quotes', 'null'),
    ('unquoted', false, 'ht', 'unquoted_ht_eur', 'has_quotes', 'null'),
    ('conceded', false, 'ht', 'conceded_ht_eur', 'has_quotes', 'null'),
    ('amended', false, 'ht', 'signed_ht_eur - signature_ht_eur', 'true', 'null'),
    ('vat', false, 'vat', 'signed_ttc_eur - signed_ht_eur', 'true', 'null'),
    ('signed', true, 'ttc', 'signed_ttc_eur', 'true', 'signed_days'),
    ('cancelled_or_credited', false, 'ttc', '-cancelled_or_credited_ttc_eur', 'true', 'null'),
    ('undelivered', false, 'ttc', '-undelivered_to_invoice_ttc_eur', 'has_deliveries', 'null'),
    ('delivered', true, 'ttc', 'signed_ttc_eur - cancelled_or_credited_ttc_eur - undelivered_to_invoice_ttc_eur',
        'has_deliveries', 'delivered_days - signed_days'),
    ('delivered_to_invoice', false, 'ttc', '-delivered_to_invoice_ttc_eur', 'has_invoices', 'null'),
    ('over_invoiced', false, 'ttc', 'over_invoiced_ttc_eur', 'has_invoices', 'null'),
    ('invoiced', true, 'ttc', 'due_ttc_eur + invoiced_not_due_ttc_eur + retained_ttc_eur', 'has_invoices',
        'issued_days - delivered_days'),
    ('invoiced_not_due', false, 'ttc', '-invoiced_not_due_ttc_eur', 'has_invoices', 'null'),
    ('retained', false, 'ttc', '-retained_ttc_eur', 'has_invoices', 'null'),
    ('due', true, 'ttc', 'due_ttc_eur', 'has_invoices', 'due_days - issued_days'),
    ('overdue', false, 'ttc', '-overdue_ttc_eur', 'has_cash', 'null'),
    ('written_off', false, 'ttc', '-written_off_ttc_eur', 'has_cash', 'null'),
    ('cashed', true, 'ttc', 'cashed_ttc_eur', 'has_cash', 'cash_days - due_days'),
] -%}
{%- set sums = [
    'signed_ht_eur', 'signature_ht_eur', 'proposed_ht_eur', 'unquoted_ht_eur', 'signed_ttc_eur', 'cashed_ttc_eur',
    'invoiced_not_due_ttc_eur', 'retained_ttc_eur', 'overdue_ttc_eur', 'delivered_to_invoice_ttc_eur',
    'undelivered_to_invoice_ttc_eur', 'cancelled_or_credited_ttc_eur', 'written_off_ttc_eur', 'over_invoiced_ttc_eur'
] -%}

with

mean_dates as (
    select
        {%- for milestone in ['signed', 'delivered', 'issued', 'due', 'cash'] %}
            {{ mean_days_since_quote(milestone ~ '_on') }} as {{ milestone }}_days,
        {%- endfor %}
        cast(date_trunc('month', signed_on) as date) as signed_month,
        client_type
    from {{ ref('fct_cash_milestones') }}
    where first_quoted_on is not null and signed_on is not null and delivered_on is not null
    group by signed_month, client_type
),

loaded as (
    select
        (select count(first_proposed_ht_eur) from {{ ref('fct_deals') }}) > 0 as has_quotes,
        exists(select 1 from {{ ref('fct_deliveries') }}) as has_deliveries,
        exists(select 1 from {{ ref('fct_invoices') }}) as has_invoices,
        exists(select 1 from {{ ref('fct_payment_allocations') }}) as has_cash
),

cohorts as (
    select
        signed_month,
        client_type,
        {%- for amount in sums %}
            sum({{ amount }}) as {{ amount }},
        {%- endfor %}
        sum(signature_ht_eur - proposed_ht_eur - unquoted_ht_eur) as conceded_ht_eur,
        sum(cashed_ttc_eur + overdue_ttc_eur + written_off_ttc_eur) as due_ttc_eur
    from {{ ref('prep_order_amounts') }}
    group by signed_month, client_type
),

dated_cohorts as (
    select
        cohorts.*,
        loaded.*,
        mean_dates.signed_days,
        mean_dates.delivered_days,
        mean_dates.issued_days,
        mean_dates.due_days,
        mean_dates.cash_days
    from cohorts
    cross join loaded
    left join mean_dates
        on
            cohorts.signed_month = mean_dates.signed_month
            and cohorts.client_type = mean_dates.client_type
),

steps as (
    {%- for step, is_level, tax_basis, amount, needs, days in steps %}
        select
            signed_month,
            client_type,
            {{ loop.index }} as step_position,
            '{{ step }}' as step,
            {{ is_level }} as is_level,
            '{{ tax_basis }}' as tax_basis,
            case when {{ needs }} then {{ amount }} end as step_eur,
            {{ days }} as gap_days
        from dated_cohorts
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

final as (
    select
        signed_month,
        client_type,
        step_position,
        step,
        is_level,
        tax_basis,
        cast(step_eur as decimal(18, 2)) as step_eur,
        case when is_level then cast(step_eur - lag(step_eur) over levels as decimal(18, 2)) end as gap_eur,
        cast(gap_days as decimal(9, 2)) as gap_days
    from steps
    window levels as (partition by signed_month, client_type, is_level order by step_position)
)

select * from final
