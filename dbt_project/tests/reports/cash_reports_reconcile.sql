{{ config(
    description='I24: aging, AR health and the chain agree with the open instalments and the euro states, to the cent.',
    meta={'dagster': {'ref': {'name': 'rpt_ar_aging'}}},
) }}

with

aging as (
    select * from {{ ref('rpt_ar_aging') }}
),

health as (
    select
        *,
        perimeter_kind || ' / ' || perimeter_label || ' / ' || as_of_on as row_label
    from {{ ref('rpt_ar_health_monthly') }}
),

chain as (
    select * from {{ ref('rpt_signed_euro_chain') }}
),

states as (
    select * from {{ ref('fct_order_euro_states') }}
),

open_instalments as (
    select * from {{ ref('fct_ar_instalment_monthly') }}
),

aging_totals as (
    select
        as_of_on,
        sum(open_ttc_eur) as ar_net_ttc_eur,
        sum(open_ttc_eur) filter (where bucket_position <= 6) as ar_gross_ttc_eur,
        sum(open_ttc_eur) filter (where bucket_position between 2 and 5) as overdue_ttc_eur
    from aging
    group by as_of_on
),

perimeter_totals as (
    select
        as_of_on,
        perimeter_kind,
        sum(ar_net_ttc_eur) as ar_net_ttc_eur,
        sum(ar_gross_ttc_eur) as ar_gross_ttc_eur,
        sum(overdue_ttc_eur) as overdue_ttc_eur
    from health
    group by as_of_on, perimeter_kind
),

-- An order that is not signed yet has no state: its deposit is open all the same.
early_receivables as (
    select
        open_instalments.as_of_on,
        sum(open_instalments.open_ttc_eur) as open_ttc_eur,
        coalesce(sum(open_instalments.open_ttc_eur) filter (where open_instalments.receivable_state = 'overdue'), 0)
            as overdue_ttc_eur
    from open_instalments
    inner join {{ ref('fct_orders') }} as orders on open_instalments.order_id = orders.order_id
    where orders.signed_on > open_instalments.as_of_on and open_instalments.receivable_state <> 'credit_note'
    group by open_instalments.as_of_on
),

ledger_receivables as (
    select
        as_of_on,
        sum(open_ttc_eur) as open_ttc_eur,
        sum(overdue_ttc_eur) as overdue_ttc_eur
    from (
        select
            as_of_on,
            invoiced_not_due_ttc_eur + retained_ttc_eur + overdue_ttc_eur as open_ttc_eur,
            overdue_ttc_eur
        from states
        union all
        select
            as_of_on,
            invoiced_not_due_ttc_eur + retained_ttc_eur + overdue_ttc_eur as open_ttc_eur,
            overdue_ttc_eur
        from {{ ref('fct_outside_crm_states') }}
        union all
        select
            as_of_on,
            open_ttc_eur,
            overdue_ttc_eur
        from early_receivables
    ) as every_bucket
    group by as_of_on
),

chain_walk as (
    select
        *,
        count(*) filter (where step_eur is null) over walk as unknown_count,
        sum(case when not is_level or step_position = 1 then step_eur end) over walk as reached_eur
    from chain
    window walk as (partition by signed_month, client_type order by step_position)
),

failures as (
    select
        client_id || ' / ' || as_of_on || ' / ' || aging_bucket as row_label,
        'the grain of aging is client, date, bucket' as reason
    from aging
    group by client_id, as_of_on, aging_bucket
    having count(*) > 1
    union all
    select
        client_id || ' / ' || as_of_on || ' / ' || aging_bucket as row_label,
        'credits are negative, and alone in their buckets' as reason
    from aging
    where bucket_position <= 7 and (open_ttc_eur < 0) <> (aging_bucket = 'credit_note')
    union all
    select
        cast(open_totals.as_of_on as varchar) as row_label,
        'the aging holds every open instalment' as reason
    from (
        select
            as_of_on,
            sum(open_ttc_eur) as open_ttc_eur,
            count(*) as instalment_count
        from open_instalments
        group by as_of_on
    ) as open_totals
    left join (
        select
            as_of_on,
            sum(open_ttc_eur) filter (where bucket_position <= 7) as open_ttc_eur,
            sum(instalment_count) as instalment_count
        from aging
        group by as_of_on
    ) as buckets on open_totals.as_of_on = buckets.as_of_on
    where
        (select count(*) from aging) > 0
        and (
            open_totals.open_ttc_eur is distinct from buckets.open_ttc_eur
            or open_totals.instalment_count is distinct from buckets.instalment_count
        )
    union all
    select
        cast(coalesce(ledger.as_of_on, aging_totals.as_of_on) as varchar) as row_label,
        'what is open is what the euro states say, inside the CRM and outside it' as reason
    from ledger_receivables as ledger
    full outer join aging_totals on ledger.as_of_on = aging_totals.as_of_on
    where
        (select count(*) from aging) > 0
        and (
            coalesce(ledger.open_ttc_eur, 0) <> coalesce(aging_totals.ar_gross_ttc_eur, 0)
            or coalesce(ledger.overdue_ttc_eur, 0) <> coalesce(aging_totals.overdue_ttc_eur, 0)
        )
    union all
    select
        perimeters.perimeter_kind || ' / ' || perimeters.as_of_on as row_label,
        'every kind of perimeter adds up to the aging' as reason
    from perimeter_totals as perimeters
    left join aging_totals on perimeters.as_of_on = aging_totals.as_of_on
    where
        perimeters.ar_net_ttc_eur <> coalesce(aging_totals.ar_net_ttc_eur, 0)
        or perimeters.ar_gross_ttc_eur <> coalesce(aging_totals.ar_gross_ttc_eur, 0)
        or perimeters.overdue_ttc_eur <> coalesce(aging_totals.overdue_ttc_eur, 0)
    union all
    select
        row_label,
        'the grain of AR health is perimeter and date' as reason
    from health
    group by row_label
    having count(*) > 1
    union all
    select
        row_label,
        'the parts of the receivable add up' as reason
    from health
    where
        not_due_ttc_eur + overdue_ttc_eur + retained_ttc_eur <> ar_gross_ttc_eur
        or ar_gross_ttc_eur + open_credit_note_ttc_eur + unallocated_credit_ttc_eur <> ar_net_ttc_eur
        or ar_net_ttc_eur - retained_ttc_eur - doubtful_ttc_eur <> dso_receivable_ttc_eur
    union all
    select
        row_label,
        'DSO = best possible DSO + delinquent days, and CEI <= 1' as reason
    from health
    where
        best_possible_dso_90_days + delinquent_90_days is distinct from dso_90_days
        or best_possible_dso_365_days + delinquent_365_days is distinct from dso_365_days
        or best_possible_dso_quarter_days + delinquent_quarter_days is distinct from dso_quarter_days
        or cei_month_ratio > 1 or cei_quarter_ratio > 1 or cei_year_ratio > 1
    union all
    select
        signed_month || ' / ' || client_type || ' / ' || step as row_label,
        'the first level and the flows since it reach every level' as reason
    from chain_walk
    where is_level and unknown_count = 0 and step_eur <> reached_eur
    union all
    select
        totals.step as row_label,
        'the chain and the euro states have the same totals' as reason
    from (
        select
            step,
            sum(step_eur) as step_eur
        from chain
        where step in ('signed', 'cashed', 'overdue', 'delivered_to_invoice')
        group by step
    ) as totals
    cross join (
        select
            sum(signed_ttc_eur) as signed_ttc_eur,
            sum(cashed_ttc_eur) as cashed_ttc_eur,
            -sum(overdue_ttc_eur) as overdue_ttc_eur,
            -sum(delivered_to_invoice_ttc_eur) as delivered_to_invoice_ttc_eur
        from states
        where as_of_on = {{ as_of() }}
    ) as ledger
    where totals.step_eur <> case totals.step
        when 'signed' then ledger.signed_ttc_eur
        when 'cashed' then ledger.cashed_ttc_eur
        when 'overdue' then ledger.overdue_ttc_eur
        else ledger.delivered_to_invoice_ttc_eur
    end
)

select * from failures
