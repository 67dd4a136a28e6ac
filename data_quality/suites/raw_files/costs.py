"""What things cost: purchases charged to orders, and the spend to win clients."""

from __future__ import annotations

from data_quality.suites.raw_files._claims import amounts_are_plausible, raw_suite
from data_quality.vocabulary import holds, is_fresh, is_measured, is_not_in_the_future, is_one_of

SUITES = (
    raw_suite(
        "costs",
        "cost_id",
        is_one_of(
            "every_cost_kind_is_known",
            "cost_kind",
            ("material", "subcontract", "freight", "commission", "payment_fee", "warranty", "support", "overhead"),
            "a cost is of an unknown kind: it enters no margin, and profits flatter. Map it in profile.yml.",
        ),
        is_measured(
            "costs_are_mostly_positive",
            "sum(cost_eur) / nullif(sum(abs(cost_eur)), 0)",
            "costs are mostly negative: their sign was likely kept from the ledger, and they would raise margins. "
            "Negate the column.",
            columns=("cost_eur",),
            minimum=0.5,
            severity="critical",
        ),
        amounts_are_plausible("cost_eur"),
        is_not_in_the_future(
            "no_cost_is_in_the_future", "cost_on", "a cost is dated to come: the day and the month may be swapped."
        ),
        is_fresh(
            "costs_are_fresh",
            "cost_on",
            "no cost was entered for two months: recent margins flatter. Export again.",
            within_days=62,
        ),
    ),
    raw_suite(
        "acquisition_costs",
        "acquisition_cost_id",
        holds(
            "every_spend_is_dated_on_the_first_of_its_month",
            "spent_month = date_trunc('month', spent_month)",
            "a spend is not dated on the first of a month: it would miss its month. Look at the date format in "
            "profile.yml.",
            columns=("spent_month",),
        ),
        holds(
            "no_spend_is_negative",
            "cost_eur >= 0",
            "a spend is negative: winning clients would earn money. Correct the sign in the export.",
            columns=("cost_eur",),
            tolerance=0.01,
            severity="warning",
        ),
        amounts_are_plausible("cost_eur"),
    ),
)
