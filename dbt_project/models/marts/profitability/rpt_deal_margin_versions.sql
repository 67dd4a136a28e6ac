with

orders as (
    select * from {{ ref('fct_orders') }}
),

version_days as (
    select * from {{ ref('prep_version_days') }}
),

changes as (
    select * from {{ ref('prep_version_changes') }}
),

loaded as (
    select coalesce(bool_or(entry_kind = 'revenue') and bool_or({{ is_cost_entry() }}), false) as has_margin
    from {{ ref('fct_margin_entries') }}
),

-- Each change is dated to the first version that could see it, and known from the first that had it.
seen as (
    select
        changes.order_id,
        changes.measure,
        changes.change_eur,
        greatest({{ first_as_of('changes.dated_on') }}, first_version.first_on) as dated_seen_on,
        case
            when changes.known_on <= {{ as_of() }}
                then greatest({{ first_as_of('greatest(changes.dated_on, changes.known_on)') }}, first_version.first_on)
        end as known_seen_on
    from changes
    cross join (select min(as_of_on) as first_on from version_days) as first_version
    where changes.dated_on <= {{ as_of() }}
),

late as (
    select * from seen
    where measure in ('revenue', 'cost') and known_seen_on is distinct from dated_seen_on
),

moves as (
    select
        order_id,
        known_seen_on as seen_on,
        measure,
        change_eur as moved_ttc_eur
    from seen
    union all
    select
        order_id,
        dated_seen_on as seen_on,
        'late' as measure,
        change_eur as moved_ttc_eur
    from late
    union all
    select
        order_id,
        known_seen_on as seen_on,
        'late' as measure,
        -change_eur as moved_ttc_eur
    from late
),

running as (
    select * from {{ as_of_sums('moves', 'order_id', ['signed', 'revenue', 'cost', 'credit', 'late']) }} as sums
),

final as (
    select
        orders.order_id,
        version_days.as_of_on,
        orders.client_id,
        orders.signed_on,
        version_days.is_latest,
        running.signed_ttc as signed_net_ht_eur,
        running.revenue_ttc as revenue_ht_eur,
        case when loaded.has_margin then running.cost_ttc end as cost_eur,
        case when loaded.has_margin then running.credit_ttc end as cost_of_credit_eur,
        cast(
            case when loaded.has_margin then running.revenue_ttc + running.cost_ttc + running.credit_ttc end
            as decimal(18, 2)
        ) as real_margin_eur,
        case when loaded.has_margin then running.late_ttc end as late_entries_eur
    from running
    cross join loaded
    inner join orders on running.order_id = orders.order_id
    inner join version_days
        on running.from_on <= version_days.as_of_on and running.to_on > version_days.as_of_on
    where orders.signed_on <= version_days.as_of_on
)

select * from final
