"""Each trap that a company's data sets, as the published marts answer it: what the simulator knows, to the cent.

A trap is a pair of queries over the rows that it concerns; each pair has rows, or the trap would not be set.
"""

import duckdb
import pytest

from .test_truth import CLIENT_KEY, Fact, differences

TRAPS = {
    "T1 a partial payment is no payment in full": Fact(
        "select instalment_id, count(*), sum(allocated_ttc_eur), max(cash_on) from fct_payment_allocations "
        "where allocation_kind = 'payment' group by all having count(*) > 1",
        "select instalment_id, count(*), sum(allocated_ttc_eur), max(cash_on) from truth_allocations "
        "where allocation_kind = 'payment' and instalment_id is not null group by all having count(*) > 1",
    ),
    "T2 one payment over several invoices counts once": Fact(
        "select payment_id, count(distinct invoice_id), sum(allocated_ttc_eur) from fct_payment_allocations "
        "where allocation_kind = 'payment' group by all having count(distinct invoice_id) > 1",
        "select payment_id, count(distinct invoice_id), sum(allocated_ttc_eur) from truth_allocations "
        "where allocation_kind = 'payment' group by all having count(distinct invoice_id) > 1",
    ),
    "T3 what is paid too much is a credit in sight, until it is given back": Fact(
        f"select payment_id, {CLIENT_KEY}, effective_on, allocated_ttc_eur from fct_payment_allocations "
        "inner join dim_clients as client using (client_id) where allocation_kind = 'unallocated'",
        "select payment_id, payer_key, effective_on, allocated_ttc_eur from truth_allocations "
        "inner join truth_payments using (payment_id) where allocation_kind = 'unallocated'",
    ),
    "T4 a payment before its invoice keeps its negative days": Fact(
        "select instalment_id, cash_on - issued_on, sum(cashed_ttc_eur) from fct_cash_milestones "
        "where cash_on < issued_on group by all",
        "select instalment_id, cash_on - issued_on, sum(allocated_ttc_eur) from truth_payment_delays "
        "where cash_on < issued_on group by all",
    ),
    "T5 a bounced debit is cash for five days, and late": Fact(
        "select payment_id, allocation_kind, effective_on, sum(allocated_ttc_eur) from fct_payment_allocations "
        "inner join fct_payments using (payment_id) where bounced_on is not null group by all",
        "select payment_id, allocation_kind, effective_on, sum(allocated_ttc_eur) from truth_allocations "
        "inner join truth_payments using (payment_id) where bounced_on is not null group by all",
    ),
    "T6 a credit note lowers what was signed once, unless it is invoiced again": Fact(
        "select source_key, event_type, effective_on, event_ttc_eur from fct_revenue_chain_events "
        "where event_type like 'credited%'",
        "select invoice_id, case when credit_reason = 'rebill' then 'credited_rebill' else 'credited_final' end, "
        "issued_on, ttc_eur from truth_documents where doc_type = 'credit_note'",
    ),
    "T6 a credit note is used, refunded or in sight": Fact(
        "select invoice_id, coalesce(sum(allocated_ttc_eur), 0) from fct_invoices "
        "left join fct_payment_allocations using (invoice_id) where doc_type = 'credit_note' group by all",
        "select documents.invoice_id, coalesce(sum(allocated_ttc_eur), 0) from truth_documents as documents "
        "left join truth_allocations using (invoice_id) where doc_type = 'credit_note' group by all",
    ),
    "T7 deposits and their deductions are no revenue": Fact(
        "select order_id, sum(line_ht_eur) filter (where line_role = 'deposit'), "
        "sum(line_ht_eur) filter (where line_role = 'deposit_deduction') from fct_invoice_lines "
        "where order_id is not null "
        "and invoice_id in (select invoice_id from fct_invoices where currency_code = 'EUR') "
        "group by all having bool_or(line_role like 'deposit%')",
        "select order_id, sum(lines.ht_eur) filter (where line_role = 'deposit'), "
        "sum(lines.ht_eur) filter (where line_role = 'deposit_deduction') from truth_document_lines as lines "
        "inner join truth_documents using (invoice_id) where order_id is not null "
        "group by all having bool_or(line_role like 'deposit%')",
    ),
    "T8 what is retained is not overdue before its release": Fact(
        "select as_of_on, sum(open_ttc_eur) from rpt_ar_aging where aging_bucket = 'retained' group by all",
        "select as_of_on, sum(open_ttc_eur) from truth_ar_aging where bucket = 'retained' group by all",
    ),
    "T13 a debt is the debtor's, whoever pays it": Fact(
        f"select payment_id, {CLIENT_KEY}, sum(allocated_ttc_eur) from fct_payment_allocations as allocations "
        "inner join dim_clients as client using (client_id) inner join fct_payments as payments using (payment_id) "
        "where allocation_kind = 'payment' and payments.client_id <> allocations.client_id group by all",
        "select payment_id, client_key, sum(allocated_ttc_eur) from truth_allocations "
        "inner join truth_documents using (invoice_id) inner join truth_payments using (payment_id) "
        "where allocation_kind = 'payment' and payer_key <> client_key group by all",
    ),
    "T15 a dollar is worth what the bank credited": Fact(
        "select payment_id, allocation_kind, allocated_ttc_eur from fct_payment_allocations "
        "where invoice_id in (select invoice_id from fct_invoices where currency_code = 'USD')",
        "select payment_id, allocation_kind, allocated_ttc_eur from truth_allocations "
        "inner join truth_documents using (invoice_id) where currency = 'USD'",
    ),
    "T16 every VAT rate keeps its base": Fact(
        "select invoice_id, line_role, tax_rate_ratio, sum(line_ht_eur), sum(line_ttc_eur) from fct_invoice_lines "
        "where invoice_id in (select invoice_id from fct_invoices where currency_code = 'EUR') group by all",
        "select invoice_id, line_role, tax_rate_ratio, ht_eur, ttc_eur from truth_document_lines",
    ),
    "T17 free, negative and rounding lines add up to their document": Fact(
        "select invoice_id, sum(line_ht_eur), sum(line_ttc_eur) from fct_invoice_lines group by all "
        "having bool_or(line_ht_eur = 0 or line_role in ('discount', 'rounding'))",
        "select documents.invoice_id, documents.ht_eur, documents.ttc_eur from truth_documents as documents "
        "where invoice_id in (select invoice_id from fct_invoice_lines "
        "where line_ht_eur = 0 or line_role in ('discount', 'rounding'))",
    ),
    "T18 drafts and cancelled numbers count nowhere": Fact(
        "select invoice_id, invoiced_ttc_eur from fct_invoices", "select invoice_id, ttc_eur from truth_documents"
    ),
    "T22 a deal of midnight is of its French day": Fact(
        "select deal_id, created_on from fct_deals", "select deal_id, created_on from truth_deal_outcomes"
    ),
    "T24 each instalment of a plan ages by itself": Fact(
        "select instalment_id, instalment_kind, due_on, due_ttc_eur from fct_invoice_instalments "
        "where invoice_id in (select invoice_id from fct_invoice_instalments group by all having count(*) > 1)",
        "select instalment_id, instalment_kind, due_on, due_ttc_eur from truth_dues "
        "where invoice_id in (select invoice_id from truth_dues group by all having count(*) > 1)",
    ),
    "T25 an order of several lines and invoices is invoiced once": Fact(
        "select order_id, sum(event_ttc_eur) from fct_revenue_chain_events where event_type = 'invoiced' "
        "and order_id in (select order_id from fct_order_lines group by all having count(distinct order_line_id) > 1) "
        "group by all having count(*) > 1",
        "select order_id, sum(ttc_eur) from truth_documents where doc_type <> 'credit_note' "
        "and order_id in (select order_id from fct_order_lines group by all having count(distinct order_line_id) > 1) "
        "group by all having count(*) > 1",
    ),
    "T26 the same amount twice keeps its own payments": Fact(
        "select invoice_id, payment_id, sum(allocated_ttc_eur) from fct_payment_allocations "
        "inner join fct_invoices using (invoice_id) where (fct_invoices.client_id, invoiced_ttc_eur) in "
        "(select (client_id, invoiced_ttc_eur) from fct_invoices group by all having count(*) > 1) group by all",
        "select invoice_id, payment_id, sum(allocated_ttc_eur) from truth_allocations "
        "inner join truth_documents as documents using (invoice_id) where (documents.client_key, ttc_eur) in "
        "(select (client_key, ttc_eur) from truth_documents group by all having count(*) > 1) group by all",
    ),
    "T27 an amended contract is worth its amendments": Fact(
        "select order_id, signed_ttc_eur from fct_order_euro_states "
        "where as_of_on = (select max(as_of_on) from dim_as_of) "
        "and order_id in (select order_id from fct_order_lines where change_kind = 'amendment')",
        "select order_id, signed_ttc_eur from truth_order_euro_states "
        "where as_of_on = (select max(as_of_on) from truth_order_euro_states) "
        "and order_id in (select order_id from fct_order_lines where change_kind = 'amendment')",
    ),
    "T31 what the group owes stands apart": Fact(
        "select as_of_on, perimeter_label, ar_net_ttc_eur from rpt_ar_health_monthly "
        "where perimeter_kind = 'group' and ar_net_ttc_eur <> 0",
        "select as_of_on, if(is_intercompany, 'intercompany', 'external'), sum(open_ttc_eur) from truth_ar_aging "
        "inner join truth_clients using (client_key) group by all having sum(open_ttc_eur) <> 0",
    ),
    "T33 what nobody has paid yet is in the receivable": Fact(
        "select instalment_id, open_ttc_eur from fct_ar_instalment_monthly "
        "where as_of_on = (select max(as_of_on) from dim_as_of) "
        "and instalment_id not in (select instalment_id from fct_payment_allocations where instalment_id is not null)",
        "select instalment_id, due_ttc_eur from truth_dues where due_ttc_eur <> 0 "
        "and instalment_id not in (select instalment_id from truth_allocations where instalment_id is not null)",
    ),
    "T36 what an insolvent client owes is doubtful, then lost": Fact(
        "select as_of_on, doubtful_ttc_eur from rpt_ar_health_monthly "
        "where perimeter_kind = 'all' and doubtful_ttc_eur <> 0",
        "select as_of_on, sum(open_ttc_eur) from truth_ar_aging inner join truth_clients using (client_key) "
        "where insolvent_on <= as_of_on and bucket not in ('retained', 'credit_note', 'unallocated') "
        "group by all having sum(open_ttc_eur) <> 0",
    ),
    "T36 what an insolvent client will never pay is a bad debt": Fact(
        f"select instalment_id, {CLIENT_KEY}, effective_on, allocated_ttc_eur from fct_payment_allocations "
        "inner join dim_clients as client using (client_id) where allocation_kind = 'bad_debt'",
        "select instalment_id, client_key, effective_on, allocated_ttc_eur from truth_allocations "
        "inner join truth_documents using (invoice_id) where allocation_kind = 'bad_debt'",
    ),
    "T37 what is disputed is disputed on its days only": Fact(
        "select as_of_on, instalment_id, open_ttc_eur from fct_ar_instalment_monthly where is_disputed",
        "select as_of_on, instalment_id, open_ttc_eur from fct_ar_instalment_monthly "
        "inner join truth_documents using (invoice_id) "
        "where disputed_from_on <= as_of_on and coalesce(disputed_to_on, date '9999-12-31') >= as_of_on",
    ),
    "T38 payments fall on the days of the runs": Fact(
        f"select {CLIENT_KEY}, extract(day from paid_on), sum(received_ttc_eur) from fct_payments "
        "inner join dim_clients as client using (client_id) where direction = 'in' group by all",
        "select payer_key, extract(day from paid_on), sum(received_ttc_eur) from truth_payments "
        "where received_ttc_eur > 0 group by all",
    ),
    "T43 small differences and discounts close their instalment": Fact(
        "select instalment_id, allocation_kind, effective_on, allocated_ttc_eur from fct_payment_allocations "
        "where allocation_kind in ('write_off', 'early_payment_discount')",
        "select instalment_id, allocation_kind, effective_on, allocated_ttc_eur from truth_allocations "
        "where allocation_kind in ('write_off', 'early_payment_discount')",
    ),
    "T44 what is set off was never cashed": Fact(
        "select source_key, event_type, event_ttc_eur from fct_revenue_chain_events where source_key in "
        "(select allocation_id from fct_payment_allocations where allocation_kind = 'compensation')",
        "select allocation_id, 'written_off', truth_allocations.allocated_ttc_eur from truth_allocations "
        "inner join fct_payment_allocations as published using (instalment_id, allocation_kind, effective_on) "
        "where allocation_kind = 'compensation'",
    ),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_the_trap_is_answered(marts: duckdb.DuckDBPyConnection, trap: str) -> None:
    assert differences(marts, TRAPS[trap]) == []
