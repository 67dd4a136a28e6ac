"""What accounting sends: documents, due dates, money received, and what it settles."""

from __future__ import annotations

from data_quality.suites.raw_files._claims import (
    CHECK_PROFILE,
    amounts_are_plausible,
    currency_is_a_code,
    foreign_currency_has_a_rate,
    raw_suite,
    tax_columns_are_not_swapped,
    tax_is_plausible,
)
from data_quality.vocabulary import holds, is_filled, is_fresh, is_measured, is_not_in_the_future, is_one_of

SUITES = (
    raw_suite(
        "invoices",
        "invoice_id",
        is_one_of(
            "every_document_type_is_known",
            "doc_type",
            ("invoice", "deposit", "final", "credit_note"),
            "a document is of an unknown type: a credit note counted as an invoice doubles its error. Map it in "
            "profile.yml.",
        ),
        is_one_of(
            "every_invoice_state_is_known",
            "state",
            ("draft", "posted", "cancelled"),
            "a document is in an unknown state: only posted ones count, so it would vanish. Map it in profile.yml.",
        ),
        is_one_of(
            "every_credit_reason_is_known",
            "credit_reason",
            ("price", "return", "commercial", "rebill"),
            "a credit note has an unknown reason: an invoice made again would be read as money lost. Map it in "
            "profile.yml.",
            severity="warning",
        ),
        holds(
            "every_credit_note_is_negative",
            "doc_type <> 'credit_note' or (ht_doc_amount <= 0 and ttc_doc_amount <= 0)",
            "a credit note is positive: revenue and receivables would grow by what was given back. Negate the "
            "columns in the export.",
            columns=("doc_type", "ht_doc_amount", "ttc_doc_amount"),
        ),
        holds(
            "invoices_are_positive",
            "doc_type = 'credit_note' or ttc_doc_amount >= 0",
            "invoices are negative: they are likely credit notes under another type, and would fall out of the "
            "credit reports. Map them.",
            columns=("doc_type", "ttc_doc_amount"),
            tolerance=0.01,
            severity="warning",
        ),
        holds(
            "totals_add_up",
            "abs(ht_doc_amount + vat_doc_amount - ttc_doc_amount) <= 0.02",
            "totals without tax and tax do not make the total with tax: one of the columns is not what it says. "
            f"{CHECK_PROFILE}",
            columns=("ht_doc_amount", "vat_doc_amount", "ttc_doc_amount"),
            tolerance=0.005,
        ),
        tax_is_plausible(),
        tax_columns_are_not_swapped(),
        amounts_are_plausible("ht_doc_amount", "ttc_doc_amount"),
        is_measured(
            "no_invoice_number_is_used_twice",
            "count(invoice_number) filter (where state = 'posted') - count(distinct (source_system, invoice_number)) "
            "filter (where state = 'posted' and invoice_number is not null)",
            "a number stands on two posted documents of one system, which the law forbids: the document was likely "
            "exported twice, and its revenue counts twice. Remove one.",
            columns=("invoice_number",),
            maximum=0,
            offenders="state = 'posted' and (source_system, invoice_number) in (select (source_system, "
            "invoice_number) from this where state = 'posted' group by all having count(invoice_number) > "
            "1)",
        ),
        is_filled(
            "most_invoices_have_an_order",
            "order_id",
            "most invoices name no order: signed euros cannot be followed to the bank. Carry the order's number on "
            "the invoice.",
            at_least=0.5,
            where="state = 'posted'",
        ),
        currency_is_a_code(),
        foreign_currency_has_a_rate(),
        is_not_in_the_future(
            "no_invoice_is_issued_in_the_future",
            "issued_on",
            "an invoice is dated to come: the day and the month may be swapped.",
        ),
        is_fresh(
            "invoices_are_fresh",
            "issued_on",
            "no invoice was issued for a month: the export is likely old, and DSO with it. Export it again.",
            within_days=31,
        ),
        is_fresh(
            "the_invoice_export_is_recent",
            "loaded_at",
            "invoices have not been loaded for ten days: reports answer for the past. Export again, or look at the "
            "schedule.",
            within_days=10,
        ),
    ),
    raw_suite(
        "invoice_lines",
        "invoice_line_id",
        is_one_of(
            "every_line_role_is_known",
            "line_role",
            ("product", "deposit", "deposit_deduction", "shipping", "discount", "penalty", "rounding"),
            "a line has an unknown role: deposits counted as revenue count twice. Map it in profile.yml.",
        ),
        holds(
            "every_invoiced_rate_is_a_french_rate_at_most",
            "tax_rate_ratio between 0 and 0.21",
            "a VAT rate is outside 0 to 20 % (20 instead of 0.2?): the tax of the line is not what it says. Declare "
            "it as a percentage.",
            columns=("tax_rate_ratio",),
            tolerance=0.01,
            severity="warning",
        ),
        tax_is_plausible(),
        amounts_are_plausible("ht_doc_amount", "ttc_doc_amount"),
        is_filled(
            "most_product_lines_have_an_offer",
            "offer_id",
            "many lines name no offer: margins by offer leave them out. Complete the reference in the tool.",
            at_least=0.5,
            where="line_role = 'product'",
        ),
    ),
    raw_suite(
        "instalments",
        "instalment_id",
        is_one_of(
            "every_instalment_kind_is_known",
            "instalment_kind",
            ("standard", "deposit", "retention"),
            "an instalment is of an unknown kind: a retention would look like an overdue debt. Map it in profile.yml.",
        ),
        is_filled(
            "most_instalments_have_a_due_date",
            "due_on",
            "most instalments have no due date: it is then read from the payment terms, or taken as 30 days. Export "
            "it.",
            at_least=0.5,
        ),
        holds(
            "every_instalment_is_counted_from_one",
            "instalment_number >= 1",
            "an instalment has no rank: which one a payment settles first is then arbitrary. Number them.",
            columns=("instalment_number",),
            severity="warning",
        ),
        amounts_are_plausible("ttc_doc_amount"),
    ),
    raw_suite(
        "payments",
        "payment_id",
        is_one_of(
            "every_direction_is_known",
            "direction",
            ("in", "out"),
            "nothing says whether money came in or went out: cash would be wrong by twice the amount. Map it in "
            "profile.yml.",
        ),
        is_one_of(
            "every_payment_state_is_known",
            "state",
            ("settled", "bounced", "cancelled"),
            "a payment is in an unknown state: a bounced debit would stay in cash. Map it in profile.yml.",
        ),
        is_one_of(
            "every_instrument_is_known",
            "instrument",
            ("transfer", "direct_debit", "cheque", "card", "bill_of_exchange", "cash", "factor"),
            "a payment has an unknown instrument: delays by instrument are incomplete. Map it in profile.yml.",
            severity="warning",
        ),
        holds(
            "every_payment_is_positive",
            "paid_doc_amount > 0",
            "a payment is zero or negative: the direction says what went out, so it would be counted with the wrong "
            "sign. Look at the profile.",
            columns=("direction", "paid_doc_amount"),
        ),
        is_filled(
            "bounced_payments_have_a_date",
            "bounced_on",
            "a bounced payment has no date of return: the debt re-opens at no date, and past receivables are wrong. "
            "Export the date.",
            at_least=1,
            where="state = 'bounced'",
            severity="critical",
        ),
        amounts_are_plausible("paid_doc_amount"),
        currency_is_a_code(),
        foreign_currency_has_a_rate(),
        is_not_in_the_future(
            "no_payment_is_in_the_future",
            "paid_on",
            "money is received at a date to come: forecasts were likely exported with facts.",
        ),
        is_fresh(
            "payments_are_fresh",
            "paid_on",
            "no payment arrived for a month: the bank or accounting export is likely old, and everything looks "
            "overdue. Export it again.",
            within_days=31,
        ),
        is_fresh(
            "the_payment_export_is_recent",
            "loaded_at",
            "payments have not been loaded for ten days: paid invoices look overdue. Export again, or look at the "
            "schedule.",
            within_days=10,
        ),
    ),
    raw_suite(
        "allocations",
        "allocation_id",
        is_one_of(
            "every_counterpart_is_known",
            "counterpart_kind",
            ("payment", "credit_note", "write_off", "bad_debt", "early_payment_discount", "compensation"),
            "a match has an unknown counterpart: a write-off read as cash hides a loss. Map it in profile.yml.",
        ),
        is_one_of(
            "every_allocation_quality_is_known",
            "allocation_quality",
            ("native", "lettering", "reference", "amount"),
            "nothing says how the match was made: lateness cannot be trusted by quality. Declare it in profile.yml.",
            severity="warning",
        ),
        is_filled(
            "matches_with_a_payment_name_it",
            "payment_id",
            "a match with a payment does not say which: its date is unknown, and the invoice stays open. Export the "
            "reference.",
            at_least=1,
            where="counterpart_kind = 'payment'",
            severity="critical",
        ),
        is_filled(
            "matches_with_a_credit_note_name_it",
            "credit_note_id",
            "a match with a credit note does not say which: the credit would be counted twice. Export the reference.",
            at_least=1,
            where="counterpart_kind = 'credit_note'",
            severity="critical",
        ),
        amounts_are_plausible("allocated_doc_amount"),
        is_not_in_the_future(
            "no_match_is_in_the_future",
            "allocated_on",
            "a match is dated to come: the day and the month may be swapped.",
        ),
    ),
)
