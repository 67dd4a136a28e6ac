"""Facts, dimensions and the euro ledger: what every report stands on."""

from __future__ import annotations

from data_quality.suites.marts._claims import mart_suite, published_suite
from data_quality.vocabulary import is_measured

SIGNED = "event_type in ('signed', 'amended', 'cancelled')"
INVOICED = "event_type in ('invoiced', 'credited_rebill', 'credited_final')"
CASHED = "event_type in ('paid', 'reversed')"


def _ratio(numerator: str, denominator: str, amount: str) -> str:
    """One sum of events over another."""
    return f"sum({amount}) filter (where {numerator}) / nullif(sum({amount}) filter (where {denominator}), 0)"


SUITES = (
    published_suite(
        "dim_clients",
        is_measured(
            "most_clients_are_identified",
            "count(siren) / nullif(count(*), 0)",
            "most clients have no SIREN after identities were joined: one company may stand as several clients, and "
            "client profitability is cut in pieces. Complete SIREN numbers where invoices are issued.",
            columns=("siren",),
            minimum=0.3,
        ),
        locator="client_id",
    ),
    mart_suite(
        "dim_client_identities",
        is_measured(
            "no_client_swallows_others",
            "(select max(identities) from (select count(*) as identities from this group by client_id))",
            "more than twenty source clients were joined into one: a shared mail domain or name has likely merged "
            "strangers, and their margins with them. Look at match_method, then pin them apart in map_client_links.",
            columns=("client_id", "match_method"),
            maximum=20,
        ),
        locator="match_method",
    ),
    published_suite(
        "fct_deals",
        is_measured(
            "the_win_rate_is_plausible",
            "case when count(*) filter (where outcome in ('won', 'lost')) >= 30 then count(*) filter (where outcome = "
            "'won') / count(*) filter (where outcome in ('won', 'lost')) end",
            "over all time nearly every deal is won, or nearly every one is lost: outcomes are misread, or one of them "
            "is not recorded. Win rates would steer sales the wrong way. Look at the outcomes in the CRM's profile.",
            columns=("outcome",),
            minimum=0.02,
            maximum=0.95,
            severity="critical",
        ),
        is_measured(
            "the_sales_cycle_is_plausible",
            "median(age_days) filter (where outcome = 'won')",
            "half of the won deals took more than two years, or less than nothing: creation or closing dates are not "
            "what they say. Cycle times would mislead. Look at the dates in the CRM's profile.",
            columns=("age_days", "outcome"),
            minimum=0,
            maximum=730,
        ),
        is_measured(
            "signed_euros_follow_won_deals",
            "sum(signed_ht_eur) filter (where outcome = 'won' and deal_ht_eur is not null) "
            "/ nullif(sum(deal_ht_eur) filter (where outcome = 'won' and signed_ht_eur is not null), 0)",
            "orders are worth less than half, or more than twice, what the CRM says was won: deals and orders are "
            "linked wrongly, or one of them is with tax. What became of the promised euro cannot be told. Compare "
            "one deal with its order.",
            columns=("signed_ht_eur", "deal_ht_eur"),
            minimum=0.5,
            maximum=2,
        ),
        locator="deal_id",
    ),
    mart_suite(
        "fct_orders",
        is_measured(
            "most_signed_euros_have_a_deal",
            "coalesce(sum(signed_ht_eur) filter (where deal_id is not null), 0) / nullif(sum(signed_ht_eur), 0)",
            "most signed euros come from no deal: sales effort cannot be set against results. Carry the deal's "
            "number on the order.",
            columns=("signed_ht_eur", "deal_id"),
            minimum=0.5,
        ),
        locator="order_id",
    ),
    mart_suite(
        "fct_quote_versions",
        is_measured(
            "discounts_are_plausible",
            "sum(discount_ht_eur) / nullif(sum(list_ht_eur), 0)",
            "quotes concede, all together, more than 60 % of list prices, or are above them: list prices are of "
            "another currency, unit or year. The price waterfall would mislead. Look at the list prices.",
            columns=("discount_ht_eur", "list_ht_eur"),
            minimum=-0.1,
            maximum=0.6,
        ),
        locator="quote_id",
    ),
    published_suite(
        "fct_invoices",
        is_measured(
            "credit_notes_stay_few",
            "-sum(invoiced_ht_eur) filter (where doc_type = 'credit_note') "
            "/ nullif(sum(invoiced_ht_eur) filter (where doc_type <> 'credit_note'), 0)",
            "credit notes give back more than 30 % of what is invoiced, or add to it: their sign or their type is "
            "misread. Revenue would be wrong by as much. Look at the profile of the invoices.",
            columns=("doc_type", "invoiced_ht_eur"),
            minimum=0,
            maximum=0.3,
        ),
        is_measured(
            "most_invoiced_euros_have_an_order",
            "coalesce(sum(invoiced_ht_eur) filter (where order_id is not null), 0) / nullif(sum(invoiced_ht_eur), 0)",
            "most invoiced euros name no order: what the CRM promised cannot be followed to the bank. Carry the "
            "order's number on the invoice.",
            columns=("invoiced_ht_eur", "order_id"),
            minimum=0.5,
        ),
        locator="invoice_id",
    ),
    mart_suite(
        "fct_invoice_instalments",
        is_measured(
            "payment_terms_are_plausible",
            "median(date_diff('day', issued_on, due_on)) filter (where doc_type <> 'credit_note')",
            "half of the instalments are due before they are issued, or more than four months after: due dates are "
            "misread. Lateness would be wrong everywhere. Look at the terms and at the date format.",
            columns=("issued_on", "due_on"),
            minimum=0,
            maximum=120,
        ),
        is_measured(
            "most_due_dates_are_known",
            "count(*) filter (where due_date_origin <> 'default') / nullif(count(*), 0)",
            "most due dates are taken as 30 days for want of better: lateness is a guess. Export due dates or "
            "payment terms.",
            columns=("due_date_origin",),
            minimum=0.5,
        ),
        is_measured(
            "most_due_dates_follow_their_terms",
            "count(*) filter (where has_due_date_mismatch) / nullif(count(*), 0)",
            "more than one due date in ten is not that of its own payment terms: the tool that issues invoices "
            "computes them wrongly, or its terms are out of date. Lateness and legal caps would mislead. Look at "
            "ctl_due_date_alerts.",
            columns=("has_due_date_mismatch",),
            maximum=0.1,
        ),
        locator="instalment_id",
    ),
    mart_suite(
        "fct_payments",
        is_measured(
            "bounces_stay_rare",
            "count(*) filter (where state = 'bounced') / nullif(count(*), 0)",
            "more than a tenth of the payments bounced: the state of payments is likely misread, and cash "
            "understated. Look at the values of state in profile.yml.",
            columns=("state",),
            maximum=0.1,
        ),
        locator="payment_id",
    ),
    published_suite(
        "fct_payment_allocations",
        is_measured(
            "most_cash_is_matched",
            "abs(sum(allocated_ttc_eur) filter (where allocation_kind = 'unallocated')) "
            "/ nullif(sum(allocated_ttc_eur) filter (where allocation_kind = 'payment'), 0)",
            "more than a fifth of the cash settles no invoice: receivables and lateness are overstated. Match the "
            "payments in accounting, or export the references.",
            columns=("allocation_kind", "allocated_ttc_eur"),
            maximum=0.2,
        ),
        locator="allocation_id",
    ),
    published_suite(
        "fct_revenue_chain_events",
        is_measured(
            "deliveries_follow_orders",
            _ratio("event_type = 'delivered'", SIGNED, "event_ht_eur"),
            "more than 110 % of what is signed was delivered: deliveries are in another unit, or orders are missing. "
            "What remains to invoice would be wrong. Compare both exports for one order.",
            columns=("event_type", "event_ht_eur"),
            minimum=0,
            maximum=1.1,
        ),
        is_measured(
            "invoices_follow_orders",
            "sum(event_ttc_eur) filter (where event_type in ('invoiced', 'credited_rebill', 'credited_final') and "
            "order_id is not null) / nullif(sum(event_ttc_eur) filter (where event_type in ('signed', 'amended', "
            "'cancelled')), 0)",
            "more than 120 % of what is signed was invoiced on orders: documents are counted twice, or amounts with "
            "tax stand against amounts without. The euro states would show over-invoicing everywhere. Compare one "
            "order.",
            columns=("event_type", "event_ttc_eur"),
            minimum=0,
            maximum=1.2,
        ),
        is_measured(
            "cash_does_not_exceed_invoices",
            _ratio(CASHED, INVOICED, "event_ttc_eur"),
            "more cash settled invoices than was ever invoiced: receivables would be negative, which no company can "
            "show. An export of invoices is cut, or payments are counted twice. Compare totals with accounting.",
            columns=("event_type", "event_ttc_eur"),
            minimum=0,
            maximum=1.05,
            severity="critical",
        ),
        locator="event_id",
    ),
    published_suite(
        "fct_order_euro_states",
        is_measured(
            "over_invoicing_stays_rare",
            "sum(over_invoiced_ttc_eur) filter (where as_of_on = $as_of) "
            "/ nullif(sum(signed_ttc_eur) filter (where as_of_on = $as_of), 0)",
            "more than a tenth of what is signed is invoiced beyond its order: amendments are missing from the export, "
            "or invoices name the wrong order. Look at the largest orders of this column.",
            columns=("over_invoiced_ttc_eur", "signed_ttc_eur"),
            maximum=0.1,
        ),
        is_measured(
            "some_promised_euros_reach_the_bank",
            "case when sum(signed_ttc_eur) filter (where as_of_on = $as_of) > 0 then sum(cashed_ttc_eur) filter (where "
            "as_of_on = $as_of) / sum(signed_ttc_eur) filter (where as_of_on = $as_of) end",
            "less than a tenth of what was ever signed is cashed: payments are not matched to orders, and everything "
            "looks unpaid. Check that invoices name their order, and that the export of payments is complete.",
            columns=("cashed_ttc_eur", "signed_ttc_eur"),
            minimum=0.1,
        ),
        locator="concat_ws(' ', order_id, as_of_on)",
    ),
    published_suite(
        "fct_margin_entries",
        is_measured(
            "the_real_margin_is_plausible",
            "sum(entry_eur) / nullif(sum(entry_eur) filter (where entry_kind = 'revenue'), 0)",
            "all costs together exceed twice the revenue, or margins exceed it: a cost is counted with the wrong sign "
            "or twice. Every profit report would be wrong. Compare the kinds of entry with the income statement.",
            columns=("entry_kind", "entry_eur"),
            minimum=-1,
            maximum=1,
            severity="critical",
        ),
        is_measured(
            "costs_cover_a_plausible_share",
            "-sum(entry_eur) filter (where entry_kind <> 'revenue') "
            "/ nullif(sum(entry_eur) filter (where entry_kind = 'revenue'), 0)",
            "known costs are below a fifth of revenue: most are not exported, so real margins flatter and clients are "
            "ranked by what we do not know. Deliver time entries and purchases.",
            columns=("entry_kind", "entry_eur"),
            minimum=0.2,
        ),
        is_measured(
            "credit_costs_a_plausible_share",
            "-sum(entry_eur) filter (where entry_kind = 'cost_of_credit') "
            "/ nullif(sum(entry_eur) filter (where entry_kind = 'revenue'), 0)",
            "financing receivables costs more than 5 % of revenue, or earns money: dates of payment or the yearly "
            "rate are wrong (5 % at 6 % a year would be ten months of waiting). Look at legal_credit_cost_rates and "
            "lateness.",
            columns=("entry_kind", "entry_eur"),
            minimum=0,
            maximum=0.05,
        ),
        locator="margin_entry_id",
    ),
)
