"""What cuts across the reports."""

from __future__ import annotations

from data_quality.suites.marts._claims import mart_suite
from data_quality.vocabulary import is_measured

SUITES = (
    mart_suite(
        "ctl_report_availability",
        is_measured(
            "some_report_is_available",
            "count(*) filter (where is_available)",
            "no report can be answered with the entities that were loaded: readers would get an empty publication. "
            "See missing_entities, and deliver at least deals, or invoices and payments.",
            columns=("is_available",),
            minimum=1,
            severity="critical",
        ),
        locator="report_name",
    ),
    mart_suite(
        "ctl_link_coverage",
        is_measured(
            "most_invoices_name_their_order",
            "sum(linked_eur) filter (where link_type = 'order_invoice') / "
            "nullif(sum(document_eur) filter (where link_type = 'order_invoice'), 0)",
            "most of what is invoiced names no order: margins, delays and the euro ledger speak of the rest alone. Map "
            "the order number in the export of invoices.",
            columns=("linked_eur", "document_eur", "link_type"),
            minimum=0.5,
        ),
        locator="concat_ws(' ', link_type, document_month)",
    ),
    mart_suite(
        "rpt_drift_alerts",
        is_measured(
            "alerts_stay_few_enough_to_be_read",
            "count(*) filter (where is_latest)",
            "hundreds of alerts are raised at once, and nobody reads hundreds: a threshold of map_alert_rules does not "
            "suit this company, or an entity is half loaded. Count them by rule_id, then raise its minimum stake.",
            columns=("is_latest",),
            maximum=300,
        ),
        locator="concat_ws(' ', rule_id, entity_id, as_of_on)",
    ),
)
