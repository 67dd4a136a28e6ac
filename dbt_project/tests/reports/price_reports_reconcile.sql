{%- set levels = price_steps() -%}
{%- set level_names = levels.keys() | list -%}
{{ config(
    description='The reports on prices sum the same steps: offers, clients and quarters are the company, and every level the sum of its steps (I10, I15).',
    meta={'dagster': {'ref': {'name': 'rpt_price_waterfall'}}},
) }}

with

waterfall as (
    select * from {{ ref('rpt_price_waterfall') }}
),

leakage as (
    select * from {{ ref('rpt_discount_leakage') }}
),

bands as (
    select * from {{ ref('rpt_discount_bands') }}
),

policy as (
    select
        *,
        concat_ws(' / ', offer_id, client_type, channel, quarter_on) as row_label,
        quarter_on = max(quarter_on) over () as is_last_quarter
    from {{ ref('rpt_price_policy') }}
),

clients as (
    select * from {{ ref('rpt_client_profitability') }}
    where window_label = 'to_date'
),

-- Pairs of sums that must agree, as signed amounts of one key.
compared as (
    {%- for reason, measure, client_measure in [
        ('real margin', 'real_margin_eur', 'real_margin_eur'),
        ('contribution', 'contribution_after_credit_eur - cost_of_credit_eur', 'contribution_eur'),
        ('revenue', 'invoice_price_ht_eur + credit_note_eur + rebate_eur + penalty_eur', 'revenue_ht_eur'),
    ] %}
        select
            'clients have the {{ reason }} of their profitability' as reason,
            client_id as row_label,
            {{ measure }} as amount
        from waterfall
        union all
        select
            'clients have the {{ reason }} of their profitability' as reason,
            client_id as row_label,
            -{{ client_measure }} as amount
        from clients
        union all
    {%- endfor %}
    select
        'discounts of the leakage are those of the waterfall' as reason,
        client_id || ' / ' || discount_origin as row_label,
        discount_ht_eur as amount
    from leakage
    where discount_origin <> 'none'
    {%- for step in levels['invoice_price_ht_eur'] %}
        union all
        select
            'discounts of the leakage are those of the waterfall' as reason,
            client_id || ' / {{ step.removeprefix('discount_') }}' as row_label,
            {{ step_column(step) }} as amount
        from waterfall
    {%- endfor %}
    union all
    select
        'list prices of the leakage are those of the waterfall' as reason,
        offer_id || ' / ' || cast(date_trunc('quarter', issued_month) as date) as row_label,
        list_ht_eur as amount
    from leakage
    union all
    select
        'list prices of the leakage are those of the waterfall' as reason,
        offer_id || ' / ' || quarter_on as row_label,
        -list_ht_eur as amount
    from waterfall
    {%- for measure in ['list_ht_eur', 'invoice_price_ht_eur', 'contribution_after_credit_eur', 'real_margin_eur'] %}
        {%- for condition in ["client_type = 'all'", "client_type <> 'all'"] %}
            union all
            select
                'the policy has the {{ measure }} of the waterfall where {{ condition | replace("'", "") }}' as reason,
                offer_id || ' / ' || quarter_on as row_label,
                {{ measure }} as amount
            from policy
            where {{ condition }}
            union all
            select
                'the policy has the {{ measure }} of the waterfall where {{ condition | replace("'", "") }}' as reason,
                offer_id || ' / ' || quarter_on as row_label,
                -{{ measure }} as amount
            from waterfall
        {%- endfor %}
    {%- endfor %}
    union all
    select
        'what was the contribution of a quarter is the prior one of the next' as reason,
        offer_id || ' / ' || quarter_on as row_label,
        prior_contribution_after_credit_eur as amount
    from policy
    where client_type = 'all'
    union all
    select
        'what was the contribution of a quarter is the prior one of the next' as reason,
        offer_id || ' / ' || cast(quarter_on + interval 3 month as date) as row_label,
        -contribution_after_credit_eur as amount
    from policy
    where client_type = 'all' and not is_last_quarter
    union all
    select
        'the bands of every offer are the sum of offers' as reason,
        discount_band as row_label,
        case when offer_id = 'all' then list_ht_eur - discount_ht_eur else discount_ht_eur - list_ht_eur end as amount
    from bands
),

failures as (
    select
        row_label,
        reason
    from compared
    group by row_label, reason
    having sum(amount) <> 0
    {%- for report, keys in [
        ('waterfall', ['quarter_on', 'offer_id', 'client_id']),
        ('leakage', ['issued_month', 'client_id', 'offer_id', 'discount_origin']),
        ('bands', ['offer_id', 'discount_band']),
        ('policy', ['quarter_on', 'offer_id', 'client_type', 'channel']),
    ] %}
        union all
        select
            concat_ws(' / ', {{ keys | join(', ') }}) as row_label,
            'the grain of the {{ report }} is stated' as reason
        from {{ report }}
        group by {{ keys | join(', ') }}
        having count(*) > 1
    {%- endfor %}
    {%- for level in level_names[1:] %}
        union all
        select
            concat_ws(' / ', quarter_on, offer_id, client_id) as row_label,
            'steps lead to the {{ level }}' as reason
        from waterfall
        where
            {{ level_names[loop.index0] }}
            {%- for step in levels[level] %}
                + {{ step_column(step) }}
            {%- endfor %}
            <> {{ level }}
    {%- endfor %}
    union all
    select
        row_label,
        'price, volume, mix and cost lead from one contribution to the next' as reason
    from policy
    where
        prior_contribution_after_credit_eur + price_effect_eur + volume_effect_eur + mix_effect_eur + cost_effect_eur
        <> contribution_after_credit_eur
    union all
    select
        concat_ws(' / ', issued_month, client_id, offer_id, discount_origin) as row_label,
        'what is uncontrolled is a part of an automatic or manual discount' as reason
    from leakage
    where
        abs(uncontrolled_ht_eur) > abs(discount_ht_eur) + abs(list_ht_eur)
        or (uncontrolled_ht_eur <> 0 and discount_origin not in ('automatic', 'manual'))
    union all
    select
        concat_ws(' / ', quarter_on, offer_id, client_id) as row_label,
        'coverage is a share' as reason
    from waterfall
    where cost_coverage_ratio not between 0 and 1
)

select * from failures
