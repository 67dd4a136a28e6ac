"""What sales sends: quotes, orders, and the catalogue they are made from."""

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
        "quotes",
        "quote_id",
        is_one_of(
            "every_quote_state_is_known",
            "state",
            ("draft", "sent", "signed", "refused", "expired", "superseded", "cancelled"),
            "a quote is in an unknown state: proposed euros would count drafts, or miss offers. Map it in profile.yml.",
        ),
        is_filled(
            "signed_quotes_have_a_signature_date",
            "signed_on",
            "signed quotes have no date of signature: the time from quote to order is unknown for them. Export the "
            "date.",
            at_least=0.95,
            where="state = 'signed'",
        ),
        is_filled(
            "most_quotes_have_a_deal",
            "deal_id",
            "most quotes name no deal: what was proposed cannot be compared with what was won. Link quotes to deals "
            "in the CRM.",
            at_least=0.5,
        ),
        holds(
            "every_version_is_counted_from_one",
            "version_number >= 1",
            "a quote has no version number: first and last proposals cannot be told apart. Map the column in "
            "profile.yml.",
            columns=("version_number",),
        ),
        holds(
            "no_quote_expires_before_it_is_issued",
            "valid_until_on >= issued_on",
            "quotes end before they begin: the day and the month may be swapped. Look at the date format in "
            "profile.yml.",
            columns=("issued_on", "valid_until_on"),
            tolerance=0.01,
            severity="warning",
        ),
        currency_is_a_code(),
        foreign_currency_has_a_rate(),
        is_not_in_the_future(
            "no_quote_is_issued_in_the_future",
            "issued_on",
            "a quote is dated to come: the day and the month may be swapped.",
        ),
        is_fresh(
            "quotes_are_fresh",
            "issued_on",
            "no quote was issued for a month: the export is likely old. Export it again.",
            within_days=31,
        ),
    ),
    raw_suite(
        "quote_lines",
        "quote_line_id",
        is_one_of(
            "every_discount_origin_is_known",
            "discount_origin",
            ("contract", "volume", "campaign", "automatic", "manual", "rounding", "none"),
            "a discount has an unknown origin: nobody can say which rule gave the margin away. Map it in profile.yml.",
            severity="warning",
        ),
        holds(
            "every_tax_rate_is_a_french_rate_at_most",
            "tax_rate_ratio between 0 and 0.21",
            "a VAT rate is outside 0 to 20 % (20 instead of 0.2?): amounts with tax would explode. Declare the "
            "column as a percentage.",
            columns=("tax_rate_ratio",),
        ),
        holds(
            "lines_are_quantity_times_price",
            "abs(cast(quantity as double) * net_unit_price - ht_doc_amount) <= 0.05 + 0.001 * "
            "cast(abs(ht_doc_amount) as double)",
            "line totals are not quantity times price: one of the three columns is not what it says, and discounts "
            f"would be invented. {CHECK_PROFILE}",
            columns=("quantity", "net_unit_price", "ht_doc_amount"),
            tolerance=0.02,
            severity="warning",
        ),
        is_filled(
            "most_lines_have_a_list_price",
            "list_unit_price",
            "most lines have no list price: what was conceded cannot be told from what was listed. Export it, or "
            "load list prices.",
            at_least=0.5,
        ),
        is_filled(
            "most_quote_lines_have_an_offer",
            "offer_id",
            "many lines name no offer: margins by offer leave them out. Complete the reference in the tool.",
            at_least=0.8,
        ),
        amounts_are_plausible("ht_doc_amount"),
    ),
    raw_suite(
        "orders",
        "order_id",
        is_one_of(
            "every_sale_type_is_known",
            "sale_type",
            ("product", "project", "time_and_material", "subscription"),
            "an order is of an unknown type: cycle times by type are incomplete. Map it in profile.yml.",
            severity="warning",
        ),
        is_filled(
            "most_orders_have_a_deal",
            "deal_id",
            "most orders name no deal: won and signed euros cannot be compared. Carry the deal's number on the order.",
            at_least=0.5,
        ),
        currency_is_a_code(),
        foreign_currency_has_a_rate(),
        is_not_in_the_future(
            "no_order_is_signed_in_the_future",
            "signed_on",
            "an order is signed at a date to come: the day and the month may be swapped.",
        ),
        is_fresh(
            "orders_are_fresh",
            "signed_on",
            "no order was signed for six weeks: the export is likely old, and the euro chain with it. Export it again.",
            within_days=45,
        ),
        is_fresh(
            "the_order_export_is_recent",
            "loaded_at",
            "orders have not been loaded for ten days: reports answer for the past. Export again, or look at the "
            "schedule.",
            within_days=10,
        ),
    ),
    raw_suite(
        "order_lines",
        "order_line_change_id",
        is_one_of(
            "every_change_kind_is_known",
            "change_kind",
            ("signature", "amendment", "cancellation"),
            "a change is of an unknown kind: signed euros would be wrong, and with them the whole chain. Map it in "
            "profile.yml.",
        ),
        holds(
            "no_cancellation_adds_money",
            "change_kind <> 'cancellation' or (ht_doc_amount <= 0 and ttc_doc_amount <= 0)",
            "a cancellation is positive: it would raise what is signed. Differences are signed; correct the sign in "
            "the export.",
            columns=("change_kind", "ht_doc_amount", "ttc_doc_amount"),
        ),
        tax_is_plausible(),
        tax_columns_are_not_swapped(),
        amounts_are_plausible("ht_doc_amount", "ttc_doc_amount", "standard_cost_eur"),
        is_measured(
            "foreseen_costs_are_plausible",
            "sum(standard_cost_eur) / nullif(sum(ht_doc_amount) filter (where standard_cost_eur is not null), 0)",
            "costs foreseen are, all together, below a twentieth of what is sold or above it: the column is likely "
            "a unit cost, or a price. Theoretical margins would mislead. Look at the profile.",
            columns=("standard_cost_eur", "ht_doc_amount"),
            minimum=0.05,
            maximum=1.2,
        ),
        is_not_in_the_future(
            "no_change_is_in_the_future",
            "effective_on",
            "a change of an order is dated to come: the day and the month may be swapped.",
        ),
    ),
    raw_suite(
        "offers",
        "offer_id",
        is_one_of(
            "every_offer_kind_is_known",
            "offer_kind",
            ("product", "project", "time_and_material", "subscription"),
            "an offer is of an unknown kind: reports by kind gain a stray line. Map it in profile.yml.",
            severity="warning",
        ),
        holds(
            "no_standard_cost_is_negative",
            "standard_unit_cost >= 0",
            "a standard cost is negative: theoretical margins would be above the price. Correct it in the catalogue.",
            columns=("standard_unit_cost",),
            severity="warning",
        ),
        is_filled(
            "most_offers_have_a_standard_cost",
            "standard_unit_cost",
            "most offers have no standard cost: no theoretical margin can be compared with the real one. Complete "
            "the catalogue.",
            at_least=0.5,
        ),
    ),
    raw_suite(
        "list_prices",
        "list_price_id",
        holds(
            "every_list_price_is_positive",
            "list_unit_price > 0",
            "a list price is zero or negative: every sale of the offer looks conceded, or given away. Correct it in "
            "the catalogue.",
            columns=("list_unit_price",),
            severity="warning",
        ),
        holds(
            "no_price_ends_before_it_begins",
            "valid_to_on >= valid_from_on",
            "a price ends before it begins: it never applies. Correct the dates in the catalogue.",
            columns=("valid_from_on", "valid_to_on"),
            severity="warning",
        ),
    ),
)
