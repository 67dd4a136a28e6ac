{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

milestones as (
    select
        milestones.*,
        families.family
    from {{ ref('fct_invoice_milestones') }} as milestones
    inner join {{ ref('prep_invoice_families') }} as families on milestones.invoice_id = families.invoice_id
),

settlements as (
    select
        instalment_id,
        sum(allocated_ttc_eur) as settled_ttc_eur,
        max(effective_on) as settled_on,
        max(cash_on) filter (where allocation_kind = 'payment') as cashed_on
    from {{ ref('fct_payment_allocations') }}
    where instalment_id is not null
    group by instalment_id
),

instalments as (
    select
        milestones.entered_on,
        milestones.client_type,
        milestones.family,
        milestones.first_quoted_on,
        instalments.issued_on,
        instalments.due_on,
        case when settlements.settled_ttc_eur >= instalments.due_ttc_eur then settlements.cashed_on end as cashed_on,
        case when settlements.settled_ttc_eur >= instalments.due_ttc_eur then settlements.settled_on end as settled_on
    from {{ ref('fct_invoice_instalments') }} as instalments
    inner join milestones on instalments.invoice_id = milestones.invoice_id
    left join settlements on instalments.instalment_id = settlements.instalment_id
    where instalments.due_ttc_eur > 0
),

final as (
    select
        'invoiced_to_due' as leg,
        5 as leg_position,
        entered_on,
        client_type,
        family,
        issued_on as started_on,
        due_on as ended_on,
        null as given_up_on
    from instalments
    union all
    select
        'due_to_cashed' as leg,
        6 as leg_position,
        entered_on,
        client_type,
        family,
        due_on as started_on,
        cashed_on as ended_on,
        settled_on as given_up_on
    from instalments
    union all
    select
        'quoted_to_cashed' as leg,
        7 as leg_position,
        entered_on,
        client_type,
        family,
        first_quoted_on as started_on,
        cashed_on as ended_on,
        settled_on as given_up_on
    from instalments
)

select * from final
