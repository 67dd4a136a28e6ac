{%- set horizons = [90, 180, 365] -%}
{%- set shown = {
    'closed_win': 'closed_win_value',
    'signed_win': 'signed_win_value',
    'net_win': 'net_win_value',
    'cash_confirmed_win': 'cash_confirmed_win_value',
} -%}
{%- set drawn = {
    'signed_win': 'mature_365_count',
    'net_win': 'mature_365_count',
    'cash_confirmed_win': 'mature_365_count',
} -%}
{%- for h in horizons -%}
    {%- do shown.update({'cohort_win_' ~ h: 'cohort_win_value_' ~ h, 'cif_won_' ~ h: 'cif_won_value_' ~ h}) -%}
    {%- do drawn.update({'cif_won_' ~ h: 'closed_count'}) -%}
{%- endfor -%}

with

rates as (
    select * from {{ ref('prep_funnel_rates') }}
),

thresholds as (
    select * from {{ ref('prep_funnel_thresholds') }}
),

company as (
    select * from rates
    where cohort_label = 'all' and perimeter_kind = 'all'
),

-- A perimeter is drawn to the company, and a cohort of it to the perimeter, the more so the fewer its deals.
parents as (
    select
        {%- for rate, count in drawn.items() %}
            {{ shrunk(
                'rates.' ~ rate ~ '_ratio',
                'case when rates.' ~ rate ~ '_ratio is not null then rates.' ~ count ~ ' end',
                'company.' ~ rate ~ '_ratio',
                'thresholds.shrinkage_count',
            ) }} as {{ rate }}_ratio,
        {%- endfor %}
        rates.perimeter_kind,
        rates.perimeter_label
    from rates
    cross join company
    cross join thresholds
    where rates.cohort_label = 'all'
),

final as (
    select
        rates.cohort_label,
        rates.perimeter_kind,
        rates.perimeter_label,
        rates.is_mature,
        rates.entered_count,
        rates.won_count,
        rates.lost_count,
        rates.open_count,
        rates.seen_at_entry_count,
        rates.entered_value_ht_eur,
        rates.won_value_ht_eur,
        rates.lost_value_ht_eur,
        rates.open_value_ht_eur,
        rates.meeting_count,
        rates.activity_count,
        rates.quote_count,
        rates.quoted_ht_eur,
        rates.decided_quote_count,
        rates.signed_quote_count,
        case
            when rates.decided_quote_count >= thresholds.minimum_count
                then {{ divide('rates.signed_quote_count', 'rates.decided_quote_count') }}
        end as quote_signature_ratio,
        {%- for h in horizons %}
            rates.mature_{{ h }}_count,
        {%- endfor %}
        {%- for rate, value_rate in shown.items() %}
            {%- for name in [rate, value_rate] %}
                case when rates.{{ rate }}_base >= thresholds.minimum_count then rates.{{ name }}_ratio end
                    as {{ name }}_ratio,
            {%- endfor %}
        {%- endfor %}
        {%- for rate, count in drawn.items() %}
            case
                when rates.{{ rate }}_ratio is not null
                    then {{ shrunk(
                        'rates.' ~ rate ~ '_ratio',
                        'rates.' ~ count,
                        'case when rates.cohort_label = \'all\' then company.' ~ rate ~ '_ratio else parents.' ~ rate ~ '_ratio end',
                        'thresholds.shrinkage_count',
                    ) }}
            end as shrunk_{{ rate }}_ratio{% if not loop.last %},{% endif %}
        {%- endfor %}
    from rates
    inner join parents
        on rates.perimeter_kind = parents.perimeter_kind and rates.perimeter_label = parents.perimeter_label
    cross join company
    cross join thresholds
)

select * from final
