{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with

open_instalments as (
    select * from {{ ref('fct_ar_instalment_monthly') }}
    where as_of_on = {{ as_of() }} and receivable_state <> 'credit_note'
),

states as (
    select * from {{ ref('fct_order_euro_states') }}
    where as_of_on = {{ as_of() }}
),

invoices as (
    select * from {{ ref('fct_invoices') }}
),

clients as (
    select * from {{ ref('dim_clients') }}
),

rates as (
    select * from {{ ref('map_provision_rates') }}
),

-- A doubtful debt is provided for before tax: its VAT can be had back. Insolvency comes before the age of the debt.
debts as (
    select
        open_instalments.*,
        {{ prorate('open_instalments.open_ttc_eur', 'invoices.invoiced_ht_eur', 'invoices.invoiced_ttc_eur') }}
            as open_ht_eur,
        case
            when clients.insolvent_on <= {{ as_of() }} then 'insolvent' else open_instalments.aging_bucket
        end as provision_bucket
    from open_instalments
    inner join invoices on open_instalments.invoice_id = invoices.invoice_id
    inner join clients on open_instalments.client_id = clients.client_id
),

client_debts as (
    select
        debts.client_id,
        sum(debts.open_ttc_eur) as receivable_ttc_eur,
        sum(debts.open_ttc_eur) filter (where debts.receivable_state = 'overdue') as overdue_ttc_eur,
        sum(debts.open_ttc_eur) filter (where debts.is_disputed) as disputed_ttc_eur,
        max(debts.days_past_due) filter (where debts.receivable_state = 'overdue') as oldest_overdue_days,
        sum({{ prorate('debts.open_ht_eur', 'rates.provision_rate_ratio', '1') }}) as suggested_provision_ht_eur
    from debts
    left join rates on debts.provision_bucket = rates.provision_bucket
    group by debts.client_id
),

client_orders as (
    select
        client_id,
        sum(delivered_to_invoice_ttc_eur) as to_invoice_ttc_eur,
        sum(undelivered_to_invoice_ttc_eur) as undelivered_ttc_eur
    from states
    group by client_id
),

-- Credits of a client are not deducted: they are owed to it, whatever it owes.
final as (
    select
        coalesce(client_debts.client_id, client_orders.client_id) as client_id,
        coalesce(client_debts.receivable_ttc_eur, 0) as receivable_ttc_eur,
        coalesce(client_debts.overdue_ttc_eur, 0) as overdue_ttc_eur,
        coalesce(client_debts.disputed_ttc_eur, 0) as disputed_ttc_eur,
        client_debts.oldest_overdue_days,
        coalesce(client_debts.suggested_provision_ht_eur, 0) as suggested_provision_ht_eur,
        coalesce(client_orders.to_invoice_ttc_eur, 0) as to_invoice_ttc_eur,
        coalesce(client_orders.undelivered_ttc_eur, 0) as undelivered_ttc_eur
    from client_debts
    full outer join client_orders on client_debts.client_id = client_orders.client_id
    -- Without a single settlement loaded, every invoice would look open.
    where exists (select 1 from {{ ref('fct_payment_allocations') }})
)

select * from final
