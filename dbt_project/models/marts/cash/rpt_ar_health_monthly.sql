{%- set amounts = [
    'ar_gross', 'ar_net', 'not_due', 'overdue', 'retained', 'open_credit_note', 'unallocated_credit', 'disputed',
    'doubtful', 'dso_receivable', 'dso_not_due'
] -%}

with

windows as (
    select * from {{ ref('prep_ar_windows') }}
),

balances as (
    select * from {{ ref('prep_ar_balances') }}
),

measures as (
    select
        windows.*,
        windows.as_of_on - windows.month_from_on + 1 as month_days,
        windows.as_of_on - windows.quarter_from_on + 1 as quarter_days,
        {%- for amount in amounts %}
            coalesce(balances.{{ amount }}_ttc_eur, 0) as {{ amount }}_ttc_eur,
        {%- endfor %}
        coalesce(balances.overdue_euro_days, 0) as overdue_euro_days
    from windows
    left join balances
        on
            windows.perimeter_kind = balances.perimeter_kind
            and windows.perimeter_label = balances.perimeter_label
            and windows.as_of_on = balances.as_of_on
),

-- Walk back from each date: what the sales of the later months have not covered yet is left for the month.
backward_months as (
    select
        measures.perimeter_kind,
        measures.perimeter_label,
        measures.as_of_on,
        months.month_days,
        months.sales_month_ttc_eur,
        measures.dso_receivable_ttc_eur - coalesce(sum(months.sales_month_ttc_eur) over (
            partition by measures.perimeter_kind, measures.perimeter_label, measures.as_of_on
            order by months.as_of_on desc rows between unbounded preceding and 1 preceding
        ), 0) as left_ttc_eur
    from measures
    inner join measures as months
        on
            measures.perimeter_kind = months.perimeter_kind
            and measures.perimeter_label = months.perimeter_label
            and measures.as_of_on >= months.as_of_on
),

countbacks as (
    select
        perimeter_kind,
        perimeter_label,
        as_of_on,
        min(sales_month_ttc_eur) > 0 and bool_or(left_ttc_eur <= sales_month_ttc_eur) as is_countable,
        sum(month_days * least(left_ttc_eur / nullif(sales_month_ttc_eur, 0), 1)) as countback_days
    from backward_months
    where left_ttc_eur > 0
    group by perimeter_kind, perimeter_label, as_of_on
),

final as (
    select
        measures.perimeter_kind,
        measures.perimeter_label,
        measures.as_of_on,
        measures.is_month_end,
        {%- for amount in amounts + ['sales_month', 'sales_quarter', 'sales_90', 'sales_365'] %}
            cast(measures.{{ amount }}_ttc_eur as decimal(18, 2)) as {{ amount }}_ttc_eur,
        {%- endfor %}
        {%- for window, days in {'90': '90', '365': '365', 'quarter': 'measures.quarter_days'}.items() %}
            {%- set sales = 'nullif(greatest(measures.sales_' ~ window ~ '_ttc_eur, 0), 0)' %}
            {%- set receivable, not_due = 'measures.dso_receivable_ttc_eur', 'measures.dso_not_due_ttc_eur' %}
            {{ divide(receivable ~ ' * ' ~ days, sales, 'decimal(9, 2)') }} as dso_{{ window }}_days,
            {{ divide(not_due ~ ' * ' ~ days, sales, 'decimal(9, 2)') }} as best_possible_dso_{{ window }}_days,
            cast(dso_{{ window }}_days - best_possible_dso_{{ window }}_days as decimal(9, 2))
                as delinquent_{{ window }}_days,
        {%- endfor %}
        try_cast(case
            when measures.dso_receivable_ttc_eur <= 0 then 0
            when countbacks.is_countable then countbacks.countback_days
        end as decimal(9, 2)) as dso_countback_days,
        {%- for window in ['month', 'quarter', 'year'] %}
            {%- set collectable = 'opening_' ~ window ~ '.ar_gross_ttc_eur + measures.sales_' ~ window ~ '_ttc_eur' %}
            {%- set collected = collectable ~ ' - measures.ar_gross_ttc_eur' %}
            {{ divide(collected, 'greatest(' ~ collected ~ ' + measures.overdue_ttc_eur, 0)') }}
                as cei_{{ window }}_ratio,
        {%- endfor %}
        {{ divide('measures.overdue_euro_days', 'measures.overdue_ttc_eur', 'decimal(9, 2)') }}
            as average_overdue_age_days,
        {{ divide(
            'coalesce(measures.late_euro_days, 0) + measures.overdue_euro_days',
            'coalesce(measures.cashed_ttc_eur, 0) + measures.overdue_ttc_eur',
            'decimal(9, 2)'
        ) }} as weighted_late_days
    from measures
    left join countbacks
        on
            measures.perimeter_kind = countbacks.perimeter_kind
            and measures.perimeter_label = countbacks.perimeter_label
            and measures.as_of_on = countbacks.as_of_on
    {%- for window in ['month', 'quarter', 'year'] %}
        left join measures as opening_{{ window }}
            on
                measures.perimeter_kind = opening_{{ window }}.perimeter_kind
                and measures.perimeter_label = opening_{{ window }}.perimeter_label
                and measures.{{ window }}_from_on - 1 = opening_{{ window }}.as_of_on
    {%- endfor %}
)

select * from final
