{{ config(
    description='I29: lateness, penalties and the D441-6 tables are those of the allocations and of the aging, to the euro-day.',
    meta={'dagster': {'ref': {'name': 'rpt_lme_compliance'}}},
) }}

with

instalments as (
    select
        instalments.*,
        greatest(instalments.due_on, instalments.issued_on) as late_from_on,
        {{ last_payable_on('instalments.issued_on', 'clients.insolvent_on') }} as last_on
    from {{ ref('fct_invoice_instalments') }} as instalments
    inner join {{ ref('dim_clients') }} as clients on instalments.client_id = clients.client_id
    where instalments.doc_type <> 'credit_note' and instalments.issued_on <= {{ as_of() }}
),

allocations as (
    select * from {{ ref('fct_payment_allocations') }}
),

compliance as (
    select * from {{ ref('rpt_lme_compliance') }}
),

penalties as (
    select * from {{ ref('rpt_late_penalties') }}
),

d441_6 as (
    select * from {{ ref('rpt_d441_6_table') }}
),

-- What is owed times the days, less what is settled times the days left: the same integral, without the balances.
settled as (
    select
        instalments.instalment_id,
        sum(
            allocations.allocated_ttc_eur
            * greatest(instalments.last_on - greatest(instalments.late_from_on, allocations.effective_on), 0)
        ) as settled_euro_days
    from allocations
    inner join instalments on allocations.instalment_id = instalments.instalment_id
    group by instalments.instalment_id
),

-- A balance that goes below zero is a credit, which makes nothing less late: those invoices cannot be compared.
incomparable as (
    select invoice_id
    from {{ ref('fct_instalment_balances') }}
    where open_ttc_eur < 0
    union distinct
    select invoice_id
    from instalments
    where due_ttc_eur is null
),

expected as (
    select
        instalments.invoice_id as compared_key,
        sum(
            instalments.due_ttc_eur * greatest(instalments.last_on - instalments.late_from_on, 0)
            - coalesce(settled.settled_euro_days, 0)
        ) as amount
    from instalments
    left join settled on instalments.instalment_id = settled.instalment_id
    where
        instalments.invoice_id not in (select incomparable.invoice_id from incomparable)
        and exists (select 1 from allocations)
    group by instalments.invoice_id
),

penalised as (
    select
        expected.compared_key,
        coalesce(sum(penalties.late_euro_days), 0) as amount
    from expected
    left join penalties on expected.compared_key = penalties.invoice_id
    group by expected.compared_key
),

complied as (
    select
        expected.compared_key,
        sum(compliance.late_euro_days) as amount
    from expected
    left join compliance on expected.compared_key = compliance.invoice_id
    group by expected.compared_key
),

-- Of an invoice with one late instalment, never reopened, the days are those from its due date to its last euro.
reopened as (
    select invoice_id
    from allocations
    where allocation_kind = 'reversal' and invoice_id is not null
),

late_once as (
    select
        invoice_id as compared_key,
        max(excess_contract_days) as amount
    from compliance
    where invoice_id not in (select reopened.invoice_id from reopened)
    group by invoice_id
    having count(*) filter (where excess_contract_days > 0) = 1
),

penalty_days as (
    select
        late_once.compared_key,
        sum(penalties.late_days) as amount
    from late_once
    left join penalties on late_once.compared_key = penalties.invoice_id
    group by late_once.compared_key
),

interest as (
    select
        invoice_id,
        sum(late_penalty_eur) as late_penalty_eur,
        sum(late_euro_days * yearly_rate_ratio) / 365 as exact_eur,
        count(*) filter (where collection_fee_eur > 0) as fee_count
    from penalties
    where client_type <> 'individual' and late_days > 0
    group by invoice_id
),

closing_buckets as (
    select
        aging.as_of_on || ' / ' || case aging.aging_bucket when 'not_due' then '0' else aging.aging_bucket end
            as compared_key,
        sum(aging.open_ttc_eur) as amount
    from {{ ref('rpt_ar_aging') }} as aging
    where aging.bucket_position <= 5 and aging.as_of_on in (select d441_6.fiscal_year_end_on from d441_6)
    group by aging.as_of_on, aging.aging_bucket
    having sum(aging.open_ttc_eur) <> 0
),

closing_brackets as (
    select
        fiscal_year_end_on || ' / ' || lateness_bracket as compared_key,
        concerned_ttc_eur + disputed_invoice_ttc_eur as amount
    from d441_6
    where
        table_label = 'I'
        and concerned_ttc_eur + disputed_invoice_ttc_eur <> 0
        and fiscal_year_end_on in (select days.as_of_on from {{ ref('dim_as_of') }} as days)
)

{{ differences('euro-days of penalties', 'penalised', 'expected') }}
union all
{{ differences('euro-days of compliance', 'complied', 'expected') }}
union all
{{ differences('penalty days are lateness days', 'penalty_days', 'late_once') }}
union all
{{ differences('table I and the aging', 'closing_brackets', 'closing_buckets') }}
union all
select
    'every instalment is judged once' as reason,
    instalments.instalment_id as compared_key,
    count(compliance.instalment_id) as found_amount,
    1 as expected_amount
from instalments
left join compliance on instalments.instalment_id = compliance.instalment_id
where exists (select 1 from allocations)
group by instalments.instalment_id
having count(compliance.instalment_id) <> 1
union all
select
    'interest to the cent, and one fee' as reason,
    invoice_id as compared_key,
    late_penalty_eur as found_amount,
    exact_eur as expected_amount
from interest
where abs(coalesce(late_penalty_eur, 0) - coalesce(exact_eur, 0)) > 0.005001 or fee_count <> 1
