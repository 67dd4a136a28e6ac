{{ config(
    description='The parts of payment terms sum to 1, and every instalment finds its terms among them.',
    meta={'dagster': {'ref': {'name': 'dim_payment_terms'}}},
) }}

with

terms as (
    select * from {{ ref('dim_payment_terms') }}
),

instalments as (
    select * from {{ ref('fct_invoice_instalments') }}
),

failures as (
    select
        payment_term_label as row_label,
        'the parts of a label sum to 1, and are counted from 1' as reason
    from terms
    group by payment_term_label
    having sum(split_ratio) <> 1 or max(split_number) <> count(*) or min(split_count) <> count(*)
    union all
    select
        instalments.payment_term_label as row_label,
        'every label of an instalment has its terms' as reason
    from instalments
    left join terms on instalments.payment_term_label = terms.payment_term_label
    where instalments.payment_term_label is not null and terms.payment_term_label is null
    union all
    select
        instalment_id as row_label,
        'a date of the sender counts before that of the terms, and that before none' as reason
    from instalments
    where
        case due_date_origin
            when 'native' then false
            when 'terms' then due_on is distinct from contract_due_on
            else contract_due_on is not null
        end
    union all
    select
        instalment_id as row_label,
        'the date of the terms is one of the two readings, and the later where the reading is unknown' as reason
    from instalments
    where
        days_first_due_on is not null
        and contract_due_on is distinct from case reading
            when 'days_then_eom' then days_first_due_on
            when 'eom_then_days' then month_end_first_due_on
            else greatest(days_first_due_on, month_end_first_due_on)
        end
)

select * from failures
