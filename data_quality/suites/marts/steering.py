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
        "rpt_pipeline_economic_value",
        is_measured(
            "most_open_deals_have_an_amount",
            "count(pipeline_ht_eur) / nullif(cast(count(*) as double), 0)",
            "most open deals have neither a quote nor an amount: what the pipeline is worth is the value of a few. Ask "
            "for an amount in the CRM, or link quotes to their deals.",
            columns=("pipeline_ht_eur",),
            minimum=0.5,
        ),
        locator="deal_id",
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
            "no_rule_swallows_the_others",
            "case when count(*) filter (where is_latest) >= 30 then "
            "list_max(map_values(histogram(rule_id) filter (where is_latest))) / count(*) filter (where is_latest) end",
            "nearly all alerts are of one rule, and drown the others: its threshold in map_alert_rules does not suit "
            "this company, or an entity that it reads is half loaded. Count alerts by rule_id, then raise its stake.",
            columns=("rule_id", "is_latest"),
            maximum=0.8,
        ),
        locator="concat_ws(' ', rule_id, entity_id, as_of_on)",
    ),
    mart_suite(
        "rpt_exec_scorecard",
        is_measured(
            "indicators_are_mostly_known",
            "count(observed_quantity) filter (where is_latest) / nullif(count(*) filter (where is_latest), 0)",
            "most of what a manager steers by is unknown: too few entities are loaded for a scorecard. The notes say "
            "what each indicator lacks; deliver it, or read the reports that can be answered instead.",
            columns=("observed_quantity", "is_latest"),
            minimum=0.5,
        ),
        is_measured(
            "data_are_fresh_on_the_day",
            "max(freshness_days) filter (where is_latest and observed_quantity is not null)",
            "an indicator of today rests on data of months ago: an export is no longer delivered, and the figure "
            "stands still. Look at freshness_days by indicator, and at the last load of its entity.",
            columns=("freshness_days", "is_latest", "observed_quantity"),
            maximum=92,
        ),
        locator="concat_ws(' ', kpi_id, as_of_on)",
    ),
    mart_suite(
        "ctl_restatements",
        is_measured(
            "past_figures_stay_near_what_was_said",
            "quantile_cont(abs(delta_ratio), 0.9) filter (where as_of_on < $as_of)",
            "what was said of past months has moved by more than half: history was loaded late or rewritten, and what "
            "is said today will move as much. Look at the indicators that moved and at the last exports.",
            columns=("delta_ratio", "as_of_on"),
            maximum=0.5,
        ),
        locator="concat_ws(' ', kpi_id, as_of_on, said_on)",
    ),
)
