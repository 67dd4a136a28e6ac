{{ config(
    description='I27: a day read from an instant is the day in France, winter and summer, whatever the session.',
    meta={'dagster': {'ref': {'name': 'fct_deals'}}},
) }}

with

instants as (
    select
        deal_id,
        created_at,
        {{ paris_date('created_at') }} as paris_on
    from {{ ref('int_deals') }}
),

fixed as (
    select
        'winter' as compared_key,
        {{ paris_date("timestamptz '2025-12-31 23:30:00+00'") }} as found_on,
        date '2026-01-01' as expected_on
    union all
    select
        'summer' as compared_key,
        {{ paris_date("timestamptz '2026-06-30 22:30:00+00'") }} as found_on,
        date '2026-07-01' as expected_on
),

deals as (
    select
        deals.deal_id as compared_key,
        deals.created_on as found_on,
        instants.paris_on as expected_on
    from {{ ref('fct_deals') }} as deals
    inner join instants on deals.deal_id = instants.deal_id
)

select * from fixed
where found_on is distinct from expected_on
union all
select * from deals
where found_on is distinct from expected_on
