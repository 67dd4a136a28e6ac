{{ config(materialized='ephemeral', contract={'enforced': false}) }}
{%- set curve = 'partition by as_of_on, curve_kind, curve_label order by late_days' -%}

with

-- The debts of one cohort: those that fell due in the history, or are not due yet. Guarantees, and what a factor paid,
-- are left out.
lots as (
    select * from {{ ref('prep_payment_lots') }}
    where is_due_in_history and outcome <> 'factored'
),

classes as (
    select * from {{ ref('prep_payment_classes') }}
),

client_days as (
    select
        as_of_on,
        client_id,
        late_days,
        sum(lot_quantity) as left_quantity,
        coalesce(sum(lot_quantity) filter (where outcome = 'paid'), 0) as paid_quantity,
        coalesce(sum(lot_quantity) filter (where outcome in ('paid', 'unpaid')), 0) as known_quantity
    from lots
    group by as_of_on, client_id, late_days
),

-- Companies of the group do not pay as the market does: they have a curve of their own only.
class_days as (
    select
        client_days.as_of_on,
        classes.client_type || ' / ' || classes.term_class as curve_label,
        client_days.late_days,
        sum(client_days.left_quantity) as left_quantity,
        sum(client_days.paid_quantity) as paid_quantity,
        sum(client_days.known_quantity) as known_quantity
    from client_days
    inner join classes on client_days.as_of_on = classes.as_of_on and client_days.client_id = classes.client_id
    where not classes.is_intercompany
    group by client_days.as_of_on, curve_label, client_days.late_days
),

curve_days as (
    select
        as_of_on,
        'client' as curve_kind,
        client_id as curve_label,
        late_days,
        left_quantity,
        paid_quantity,
        known_quantity
    from client_days
    union all
    select
        as_of_on,
        'class' as curve_kind,
        curve_label,
        late_days,
        left_quantity,
        paid_quantity,
        known_quantity
    from class_days
    union all
    select
        as_of_on,
        'all' as curve_kind,
        'all' as curve_label,
        late_days,
        sum(left_quantity) as left_quantity,
        sum(paid_quantity) as paid_quantity,
        sum(known_quantity) as known_quantity
    from class_days
    group by as_of_on, late_days
),

at_risk as (
    select
        *,
        sum(left_quantity) over ({{ curve }} rows between current row and unbounded following) as at_risk_quantity
    from curve_days
),

hazards as (
    select
        *,
        -- A cent of a large instalment weighs nothing.
        coalesce(paid_quantity / nullif(at_risk_quantity, 0), 0) as hazard
    from at_risk
),

-- Kaplan-Meier: what is not paid counts as at risk until the age it was last seen at.
final as (
    select
        *,
        cast({{ running_product('1 - hazard', curve) }} as decimal(9, 6)) as survival_ratio
    from hazards
)

select * from final
