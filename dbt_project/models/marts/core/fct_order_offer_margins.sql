{%- set accounting_kinds = "'" ~ accounting_entry_kinds() | join("', '") ~ "'" -%}
{%- set measures = ['revenue_ht', 'direct_cost', 'other'] -%}

with

order_offers as (
    select * from {{ ref('prep_order_offers') }}
),

entries as (
    select
        *,
        case
            when entry_kind = 'revenue' then 'revenue_ht'
            when entry_kind in ({{ accounting_kinds }}) then 'direct_cost'
            else 'other'
        end as measure
    from {{ ref('fct_margin_entries') }}
    where order_id is not null
),

booked as (
    select
        {%- for measure in measures %}
            sum(case when measure = '{{ measure }}' then entry_eur else 0 end) as {{ measure }},
        {%- endfor %}
        order_id,
        offer_id
    from entries
    group by order_id, offer_id
),

worked as (
    select
        order_id,
        sum(hours) as hours
    from {{ ref('fct_time_entries') }}
    where order_id is not null and activity_kind <> 'sales' and worked_on <= {{ as_of() }}
    group by order_id
),

-- An entry that names an offer is that offer's; the others are shared by the offers of the order.
shared as (
    {%- for measure in measures %}
        select
            order_offers.order_id,
            order_offers.offer_id,
            order_offers.{{ 'cost_weight_eur' if measure == 'direct_cost' else 'weight_eur' }} as part_weight_eur,
            '{{ measure }}' as measure,
            cast(booked.{{ measure }} as decimal(18, 2)) as amount
        from booked
        inner join order_offers on booked.order_id = order_offers.order_id
        where booked.offer_id is null and booked.{{ measure }} <> 0
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

spread as (
    select
        order_id,
        offer_id,
        measure,
        part_amount
    from {{ largest_remainder(
        'shared', 'amount', 'part_weight_eur', 'order_id, measure', 'offer_id', 'part_amount'
    ) }}
),

shares as (
    select
        {%- for measure in measures %}
            sum(case when measure = '{{ measure }}' then part_amount else 0 end) as {{ measure }},
        {%- endfor %}
        order_id,
        offer_id
    from spread
    group by order_id, offer_id
),

totals as (
    select
        order_offers.*,
        {%- for measure in measures %}
            coalesce(named.{{ measure }}, 0) + coalesce(shares.{{ measure }}, 0) as {{ measure }},
        {%- endfor %}
        coalesce(worked.hours, 0) * order_offers.cost_weight_eur
        / sum(order_offers.cost_weight_eur) over (partition by order_offers.order_id) as offer_hours
    from order_offers
    left join booked as named
        on order_offers.order_id = named.order_id and order_offers.offer_id = named.offer_id
    left join shares
        on order_offers.order_id = shares.order_id and order_offers.offer_id = shares.offer_id
    left join worked on order_offers.order_id = worked.order_id
),

final as (
    select
        order_id,
        offer_id,
        cast(signed_ht_eur as decimal(18, 2)) as signed_ht_eur,
        cast(theoretical_margin_eur as decimal(18, 2)) as theoretical_margin_eur,
        cast(revenue_ht as decimal(18, 2)) as revenue_ht_eur,
        cast(revenue_ht + direct_cost as decimal(18, 2)) as accounting_margin_eur,
        cast(revenue_ht + direct_cost + other as decimal(18, 2)) as real_margin_eur,
        cast(offer_hours as decimal(18, 6)) as hours
    from totals
)

select * from final
