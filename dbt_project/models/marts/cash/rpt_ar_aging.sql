with

open_instalments as (
    select * from {{ ref('fct_ar_instalment_monthly') }}
),

allocations as (
    select * from {{ ref('fct_payment_allocations') }}
),

as_of_dates as (
    select as_of_on from {{ ref('dim_as_of') }}
),

clients as (
    select
        client_id,
        client_name,
        client_type,
        segment,
        insolvent_on
    from {{ ref('dim_clients') }}
),

-- Money received that no document of that date has absorbed: a remainder, or the payment of an invoice not issued yet.
client_credits as (
    select
        client_id,
        effective_on as from_on,
        cast('9999-12-31' as date) as before_on,
        allocated_ttc_eur
    from allocations
    where allocation_kind = 'unallocated'
    union all
    select
        client_id,
        cash_on as from_on,
        effective_on as before_on,
        allocated_ttc_eur
    from allocations
    where allocation_kind in ('payment', 'reversal') and cash_on < effective_on
),

buckets as (
    select
        client_id,
        as_of_on,
        aging_bucket,
        count(*) as instalment_count,
        sum(open_ttc_eur) as open_ttc_eur,
        coalesce(sum(open_ttc_eur) filter (where is_disputed), 0) as disputed_ttc_eur,
        coalesce(sum(open_ttc_eur) filter (where as_of_on - issued_on > 90), 0) as issued_over_90_days_ttc_eur
    from open_instalments
    group by client_id, as_of_on, aging_bucket
    union all
    select
        client_credits.client_id,
        as_of_dates.as_of_on,
        'unallocated' as aging_bucket,
        0 as instalment_count,
        -sum(client_credits.allocated_ttc_eur) as open_ttc_eur,
        0 as disputed_ttc_eur,
        0 as issued_over_90_days_ttc_eur
    from client_credits
    inner join as_of_dates
        on client_credits.from_on <= as_of_dates.as_of_on and client_credits.before_on > as_of_dates.as_of_on
    group by client_credits.client_id, as_of_dates.as_of_on
    having sum(client_credits.allocated_ttc_eur) <> 0
),

final as (
    select
        buckets.client_id,
        buckets.as_of_on,
        buckets.aging_bucket,
        case buckets.aging_bucket
            when 'not_due' then 1 when '1-30' then 2 when '31-60' then 3 when '61-90' then 4 when '91+' then 5
            when 'retained' then 6 when 'credit_note' then 7 else 8
        end as bucket_position,
        clients.client_name,
        coalesce(clients.client_type, 'unknown') as client_type,
        coalesce(clients.segment, 'unknown') as segment,
        coalesce(clients.insolvent_on <= buckets.as_of_on, false) as is_insolvent,
        buckets.instalment_count,
        cast(buckets.open_ttc_eur as decimal(18, 2)) as open_ttc_eur,
        cast(buckets.disputed_ttc_eur as decimal(18, 2)) as disputed_ttc_eur,
        cast(buckets.issued_over_90_days_ttc_eur as decimal(18, 2)) as issued_over_90_days_ttc_eur
    from buckets
    left join clients on buckets.client_id = clients.client_id
    -- Without a single settlement loaded, every invoice would look open.
    where exists (select 1 from allocations)
)

select * from final
