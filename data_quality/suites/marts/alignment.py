"""Whether production can keep what is promised."""

from __future__ import annotations

from data_quality.suites.marts._claims import mart_suite
from data_quality.vocabulary import holds, is_measured

SUITES = (
    mart_suite(
        "rpt_capacity_load",
        is_measured(
            "hours_worked_are_near_the_capacity",
            "sum(worked_hours) filter (where utilisation_ratio is not null) / "
            "nullif(sum(capacity_hours) filter (where utilisation_ratio is not null), 0)",
            "teams work less than a fifth of their capacity, or half more than it: hours and capacity do not count the "
            "same people, or not in the same unit. Do not quote a saturation; compare both for one team and week.",
            columns=("worked_hours", "capacity_hours", "utilisation_ratio"),
            minimum=0.2,
            maximum=1.5,
        ),
        holds(
            "no_team_is_promised_years_of_work",
            "saturation_ratio <= 10 or cumulative_capacity_hours < 200",
            "ten times what a team can do is promised: promised dates are years past and the deliveries were never "
            "recorded, or the hours of an order were entered on another. Close the orders that are done.",
            columns=("saturation_ratio", "cumulative_capacity_hours"),
            severity="warning",
        ),
        locator="concat_ws(' ', resource_pool, week_on)",
    ),
    mart_suite(
        "rpt_delivery_effort",
        holds(
            "every_effort_is_plausible",
            "observed_order_count < 5 or observed_keur_hours <= 60",
            "an offer takes more than 60 hours for a thousand euros, an hour sold at less than 17 EUR: hours are "
            "entered on the wrong orders, or minutes as hours. Dates computed from them are too late.",
            columns=("observed_order_count", "observed_keur_hours"),
            severity="warning",
        ),
        is_measured(
            "most_deliveries_have_hours",
            "min(time_coverage_ratio) filter (where sale_type = 'all')",
            "most of what was delivered has no hours: the effort of an order is read from a few, and the load is a "
            "guess. Ask teams to enter the order on their hours.",
            columns=("time_coverage_ratio", "sale_type"),
            minimum=0.3,
        ),
        locator="concat_ws(' ', sale_type, offer_id, resource_pool)",
    ),
    mart_suite(
        "rpt_promise_feasibility",
        is_measured(
            "most_promises_are_judged",
            "count(*) filter (where promise_verdict <> 'unknown') / count(*)",
            "most open promises have no date, no known effort or no known capacity: what is overloaded cannot be "
            "seen. Deliver promised dates, hours by order and the capacity of the weeks to come.",
            columns=("promise_verdict",),
            minimum=0.5,
        ),
        is_measured(
            "most_promises_are_to_come",
            "count(*) filter (where promise_verdict = 'late') / count(*)",
            "most of what is left to deliver should have been delivered already: deliveries are likely not recorded, "
            "and the load is overstated. Close the orders that are done.",
            columns=("promise_verdict",),
            maximum=0.6,
        ),
        locator="concat_ws(' ', promise_kind, promise_id)",
    ),
    mart_suite(
        "rpt_on_time_delivery",
        is_measured(
            "some_promises_are_kept",
            "case when sum(first_kept_count + first_broken_count) filter (where team = 'all') >= 30 then "
            "sum(first_kept_count) filter (where team = 'all') / "
            "sum(first_kept_count + first_broken_count) filter (where team = 'all') end",
            "of thirty promises or more, next to none or all are kept: the promised date is likely the date of the "
            "order, or is rewritten on delivery. Look at promised dates in the export of orders.",
            columns=("first_kept_count", "first_broken_count", "team"),
            minimum=0.02,
            maximum=0.995,
        ),
        locator="concat_ws(' ', promised_month, team)",
    ),
)
