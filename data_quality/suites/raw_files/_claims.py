"""Claims that several entities of the canonical contract share."""

from __future__ import annotations

from data_quality.vocabulary import (
    Check,
    Suite,
    every_row_has_its_own_key,
    holds,
    is_measured,
    rows_keep_arriving,
    volume_follows_history,
)

LARGEST_AMOUNT = 50_000_000
"""No document of a PME is worth more: a PME's yearly turnover is below 50 M EUR (decree 2008-1354)."""

LARGEST_TTC_RATIO = 1.21
"""The French normal VAT rate, 20 %, and a cent of rounding on small documents."""

CHECK_PROFILE = (
    "Compare with the tool's screen, then correct the column, the decimal mark or the values in profile.yml."
)


def raw_suite(entity: str, key: str, *checks: Check) -> Suite:
    """The claims that hold of every entity, then its own."""
    return Suite(
        relation=f"raw_files.{entity}",
        checks=(
            rows_keep_arriving(f"raw_files.{entity}"),
            volume_follows_history(entity),
            every_row_has_its_own_key(entity, key),
            *checks,
        ),
        locator="concat_ws(':', source_file, source_line)",
    )


def amounts_are_plausible(*columns: str) -> Check:
    """No amount is beyond what a PME can sign."""
    return holds(
        "every_amount_is_plausible",
        " and ".join(f"coalesce(abs({column}), 0) <= {LARGEST_AMOUNT}" for column in columns),
        f"an amount is above {LARGEST_AMOUNT:_} EUR: decimal and thousands marks were likely swapped, and one such row "
        f"drowns every total. {CHECK_PROFILE}",
        columns=columns,
    )


def tax_is_plausible() -> Check:
    """Row by row, tax lies between nothing and the normal rate; mixed rates around deposits excuse a few rows."""
    return holds(
        "tax_stays_between_nothing_and_the_normal_rate",
        f"abs(ttc_doc_amount) between abs(ht_doc_amount) - 0.05 and {LARGEST_TTC_RATIO} * abs(ht_doc_amount) + 0.05",
        "amounts with and without tax do not fit: receivables are with tax and margins without, so DSO or margins "
        f"would be wrong. {CHECK_PROFILE}",
        columns=("ht_doc_amount", "ttc_doc_amount"),
        tolerance=0.02,
        severity="warning",
    )


def tax_columns_are_not_swapped() -> Check:
    """All rows together, amounts with tax are not below those without."""
    return is_measured(
        "tax_columns_are_in_their_place",
        "sum(abs(ttc_doc_amount)) / nullif(sum(abs(ht_doc_amount)), 0)",
        f"amounts with tax are, all together, not 1 to {LARGEST_TTC_RATIO} times those without: the two columns were "
        f"swapped. Every receivable and margin would be wrong. {CHECK_PROFILE}",
        columns=("ht_doc_amount", "ttc_doc_amount"),
        minimum=0.999,
        maximum=LARGEST_TTC_RATIO,
        severity="critical",
    )


def currency_is_a_code() -> Check:
    """A currency is an ISO 4217 code."""
    return holds(
        "every_currency_is_an_iso_code",
        "regexp_full_match(currency_code, '[A-Z]{3}')",
        "a currency is not three capitals (EUR, USD): the amount cannot be converted and would be missing from the "
        "totals in euro. Map the symbol in profile.yml.",
        columns=("currency_code",),
    )


def foreign_currency_has_a_rate() -> Check:
    """An amount that is not in euro can be converted."""
    return holds(
        "every_foreign_amount_has_a_rate",
        "currency_code = 'EUR' or coalesce(exchange_rate, 0) > 0",
        "an amount in a foreign currency has no exchange rate: it is unknown in euro and missing from the totals. "
        "Export the rate of the document's date.",
        columns=("currency_code", "exchange_rate"),
        severity="warning",
    )
