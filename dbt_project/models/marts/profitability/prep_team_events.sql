{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

deals as (
    select
        deal_id,
        client_id,
        team,
        created_on
    from {{ ref('fct_deals') }}
),

clients as (
    select * from {{ ref('dim_clients') }}
),

survivors as (
    select * from {{ ref('int_deal_survivors') }}
),

identities as (
    select * from {{ ref('int_client_identities') }}
),

activities as (
    select
        survivors.surviving_deal_id as deal_id,
        identities.client_id,
        {{ paris_date('activities.occurred_at') }} as done_on,
        activities.duration_minutes
    from {{ ref('int_activities') }} as activities
    left join survivors on activities.deal_id = survivors.deal_id
    left join identities on activities.client_id = identities.source_client_id
),

-- An effort counts on its day, a result on the day of the signature that it followed from.
events as (
    select
        deal_id,
        client_id,
        spent_on as counted_on,
        'hours' as measure,
        hours as amount
    from {{ ref('fct_acquisition_costs') }}
    where cost_basis = 'sales_hours'
    union all
    select
        deal_id,
        client_id,
        done_on as counted_on,
        'activities' as measure,
        1 as amount
    from activities
    union all
    select
        deal_id,
        client_id,
        done_on as counted_on,
        'minutes' as measure,
        duration_minutes as amount
    from activities
    where duration_minutes is not null
    union all
    select
        deal_id,
        client_id,
        created_on as counted_on,
        'opened' as measure,
        1 as amount
    from deals
    union all
    select
        deal_id,
        client_id,
        issued_on as counted_on,
        'quotes' as measure,
        1 as amount
    from {{ ref('fct_quote_versions') }}
    where state <> 'draft'
    {%- for measure, amount in [
        ('orders', '1'), ('complete_orders', 'case when is_complete then 1 else 0 end'), ('signed', 'signed_net_ht_eur'),
        ('margin', 'real_margin_eur'), ('cashed', 'cashed_ht_eur'), ('cashed_margin', 'cashed_margin_eur')
    ] %}
        union all
        select
            deal_id,
            client_id,
            signed_on as counted_on,
            '{{ measure }}' as measure,
            {{ amount }} as amount
        from {{ ref('rpt_deal_economics') }}
    {%- endfor %}
),

final as (
    select
        coalesce(deals.team, clients.team, 'unknown') as team,
        events.counted_on,
        events.measure,
        events.amount,
        case when events.measure = 'hours' then events.deal_id end as worked_deal_id
    from events
    left join deals on events.deal_id = deals.deal_id
    left join clients on events.client_id = clients.client_id
    where events.counted_on <= {{ as_of() }}
)

select * from final
