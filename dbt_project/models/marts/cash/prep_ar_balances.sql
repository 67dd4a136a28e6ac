{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

aging as (
    select * from {{ ref('rpt_ar_aging') }}
),

overdue_ages as (
    select
        client_id,
        as_of_on,
        sum(open_ttc_eur * days_past_due) as overdue_euro_days
    from {{ ref('fct_ar_instalment_monthly') }}
    where receivable_state = 'overdue'
    group by client_id, as_of_on
),

client_balances as (
    select
        client_id,
        as_of_on,
        sum(open_ttc_eur) filter (where aging_bucket = 'not_due') as not_due_ttc_eur,
        sum(open_ttc_eur) filter (where bucket_position between 2 and 5) as overdue_ttc_eur,
        sum(open_ttc_eur) filter (where aging_bucket = 'retained') as retained_ttc_eur,
        sum(open_ttc_eur) filter (where aging_bucket = 'credit_note') as open_credit_note_ttc_eur,
        sum(open_ttc_eur) filter (where aging_bucket = 'unallocated') as unallocated_credit_ttc_eur,
        sum(disputed_ttc_eur) as disputed_ttc_eur,
        sum(open_ttc_eur) filter (where is_insolvent and bucket_position <= 5) as doubtful_ttc_eur,
        sum(open_ttc_eur) filter (where is_insolvent and aging_bucket = 'not_due') as doubtful_not_due_ttc_eur
    from aging
    group by client_id, as_of_on
),

perimeter_balances as (
    select
        perimeters.perimeter_kind,
        perimeters.perimeter_label,
        balances.as_of_on,
        {%- for measure in [
            'not_due', 'overdue', 'retained', 'open_credit_note', 'unallocated_credit', 'disputed', 'doubtful',
            'doubtful_not_due'
        ] %}
            coalesce(sum(balances.{{ measure }}_ttc_eur), 0) as {{ measure }}_ttc_eur,
        {%- endfor %}
        coalesce(sum(overdue_ages.overdue_euro_days), 0) as overdue_euro_days
    from client_balances as balances
    inner join {{ ref('prep_client_perimeters') }} as perimeters on balances.client_id = perimeters.client_id
    left join overdue_ages
        on
            balances.client_id = overdue_ages.client_id
            and balances.as_of_on = overdue_ages.as_of_on
    group by perimeters.perimeter_kind, perimeters.perimeter_label, balances.as_of_on
),

-- The receivable of the DSO is net of client credits; what is retained or doubtful answers other questions than time.
final as (
    select
        *,
        not_due_ttc_eur + overdue_ttc_eur + retained_ttc_eur as ar_gross_ttc_eur,
        not_due_ttc_eur + overdue_ttc_eur + retained_ttc_eur + open_credit_note_ttc_eur + unallocated_credit_ttc_eur
            as ar_net_ttc_eur,
        not_due_ttc_eur + overdue_ttc_eur - doubtful_ttc_eur + open_credit_note_ttc_eur + unallocated_credit_ttc_eur
            as dso_receivable_ttc_eur,
        not_due_ttc_eur - doubtful_not_due_ttc_eur as dso_not_due_ttc_eur
    from perimeter_balances
)

select * from final
