{{ config(
    description='I28: the segments and what no segment explains add up to the sales and marketing ledger, to the cent.',
    meta={'dagster': {'ref': {'name': 'rpt_acquisition_cost_by_segment'}}},
) }}

with

ledger as (
    select * from {{ ref('fct_acquisition_costs') }}
),

segments as (
    select * from {{ ref('rpt_acquisition_cost_by_segment') }}
),

orders as (
    select
        orders.*,
        extract(year from orders.signed_on) as signed_year,
        orders.signed_on = clients.first_signed_on and coalesce(orders.deal_type = 'new', true) as is_first
    from {{ ref('rpt_deal_economics') }} as orders
    inner join {{ ref('dim_clients') }} as clients on orders.client_id = clients.client_id
),

sources as (
    select sum(cost_eur) as amount
    from {{ ref('int_acquisition_costs') }}
    where spent_month <= {{ as_of() }}
    union all
    select sum(round(hours * hourly_cost_eur, 2)) as amount
    from {{ ref('int_time_entries') }}
    where activity_kind = 'sales' and worked_on <= {{ as_of() }}
),

-- What an order can bear: the hours of a deal that brought one, else what its segment spent in the year to win such.
won_deals as (
    select deal_id
    from orders
    where deal_id is not null
    group by deal_id
),

cells as (
    select
        segment,
        signed_year,
        is_first
    from orders
    group by segment, signed_year, is_first
),

bearable as (
    select
        count(*) as cost_count,
        coalesce(sum(ledger.cost_eur) filter (where won_deals.deal_id is not null or cells.segment is not null), 0)
            as amount
    from ledger
    left join won_deals on ledger.deal_id = won_deals.deal_id
    left join cells
        on
            ledger.segment = cells.segment
            and extract(year from ledger.spent_on) = cells.signed_year
            and ledger.is_new_business = cells.is_first
),

expected as (
    select
        'ledger' as compared_key,
        cast(coalesce(sum(amount), 0) as decimal(38, 2)) as amount
    from sources
    union all
    select
        'segment ' || coalesce(segment, 'unattributed') as compared_key,
        sum(cost_eur) as amount
    from ledger
    group by coalesce(segment, 'unattributed')
    union all
    select
        'segment all' as compared_key,
        sum(cost_eur) as amount
    from ledger
    having count(*) > 0
    union all
    select
        'quarter ' || {{ quarter_label('spent_on') }} as compared_key,
        sum(cost_eur) as amount
    from ledger
    group by {{ quarter_label('spent_on') }}
    union all
    select
        'orders' as compared_key,
        -bearable.amount as amount
    from bearable
    cross join (select count(*) as order_count from orders) as counted
    where bearable.cost_count > 0 and counted.order_count > 0
),

found as (
    select
        'ledger' as compared_key,
        cast(coalesce(sum(cost_eur), 0) as decimal(38, 2)) as amount
    from ledger
    union all
    select
        'segment ' || segment as compared_key,
        sum(sales_and_marketing_eur) as amount
    from segments
    where cohort_label <> 'all'
    group by segment
    having sum(sales_and_marketing_eur) <> 0
    union all
    select
        'quarter ' || cohort_label as compared_key,
        sum(sales_and_marketing_eur) as amount
    from segments
    where cohort_label <> 'all' and segment <> 'all'
    group by cohort_label
    having sum(sales_and_marketing_eur) <> 0
    union all
    select
        'orders' as compared_key,
        sum(acquisition_cost_eur) as amount
    from orders
    having count(acquisition_cost_eur) > 0
),

failures as (
    {{ differences('costs of sales and marketing add up', 'found', 'expected') }}
    union all
    select
        'the quarters of a segment add up to all' as reason,
        segment as compared_key,
        sum(case when cohort_label = 'all' then 0 else conquest_cost_eur + new_signed_count end) as found_amount,
        sum(case when cohort_label = 'all' then conquest_cost_eur + new_signed_count else 0 end) as expected_amount
    from segments
    group by segment
    having sum(case when cohort_label = 'all' then -1 else 1 end * (conquest_cost_eur + new_signed_count)) <> 0
    union all
    select
        'the grain is one row per quarter and segment' as reason,
        cohort_label || ' / ' || segment as compared_key,
        count(*) as found_amount,
        1 as expected_amount
    from segments
    group by cohort_label, segment
    having count(*) > 1
)

select * from failures
