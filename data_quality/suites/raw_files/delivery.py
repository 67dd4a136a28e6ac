"""What production sends: deliveries, hours, and the hours it has."""

from __future__ import annotations

from data_quality.suites.raw_files._claims import amounts_are_plausible, raw_suite
from data_quality.vocabulary import holds, is_filled, is_fresh, is_measured, is_not_in_the_future, is_one_of

SUITES = (
    raw_suite(
        "deliveries",
        "delivery_id",
        is_one_of(
            "every_evidence_is_known",
            "evidence",
            ("delivery_note", "acceptance", "timesheet", "percentage", "period"),
            "a delivery has an unknown proof: what may be invoiced cannot be told from what is estimated. Map it in "
            "profile.yml.",
            severity="warning",
        ),
        amounts_are_plausible("ht_doc_amount"),
        is_not_in_the_future(
            "no_delivery_is_in_the_future",
            "delivered_on",
            "a delivery is dated to come: a promise was likely exported as a fact. Filter planned deliveries out.",
        ),
        is_fresh(
            "deliveries_are_fresh",
            "delivered_on",
            "nothing was delivered for six weeks: the export is likely old, and what could be invoiced is understated.",
            within_days=45,
        ),
    ),
    raw_suite(
        "time_entries",
        "time_entry_id",
        is_one_of(
            "every_time_is_spent_on_something_known",
            "activity_kind",
            ("production", "support", "rework", "sales", "admin"),
            "time is spent on an unknown kind of work: it is charged to no margin. Map it in profile.yml.",
        ),
        holds(
            "every_entry_fits_in_a_day",
            "hours between -24 and 24",
            "an entry is longer than a day: days or weeks were likely exported as hours, and margins would be "
            "crushed. Look at the profile.",
            columns=("hours",),
            tolerance=0.01,
            severity="warning",
        ),
        is_measured(
            "an_hour_costs_a_plausible_amount",
            "sum(hours * hourly_cost_eur) / nullif(sum(hours), 0)",
            "an hour costs on average less than 10 or more than 300 EUR: a daily or monthly cost was likely "
            "exported. Look at the profile.",
            columns=("hours", "hourly_cost_eur"),
            minimum=10,
            maximum=300,
        ),
        is_filled(
            "most_production_time_has_an_order",
            "order_id",
            "much production time names no order: it cannot be charged to a client, and margins flatter. Ask teams "
            "to enter the order.",
            at_least=0.7,
            where="activity_kind = 'production'",
        ),
        is_not_in_the_future(
            "no_time_is_worked_in_the_future",
            "worked_on",
            "time is worked at a date to come: plans were likely exported with facts.",
        ),
        is_fresh(
            "time_entries_are_fresh",
            "worked_on",
            "no time was entered for a month: recent margins flatter. Export again.",
            within_days=31,
        ),
    ),
    raw_suite(
        "capacity",
        "capacity_id",
        holds(
            "every_week_begins_on_a_monday",
            "isodow(week_on) = 1",
            "a week does not begin on a Monday: hours worked would be compared with the capacity of another week. "
            "Look at the profile.",
            columns=("week_on",),
            severity="warning",
        ),
        holds(
            "every_capacity_is_plausible",
            "capacity_hours between 0 and 10000",
            "a weekly capacity is negative or above 10 000 hours: the unit is likely not the hour. Look at the "
            "profile.",
            columns=("capacity_hours",),
            severity="warning",
        ),
    ),
)
