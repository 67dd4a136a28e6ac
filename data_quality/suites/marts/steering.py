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
            "most open deals have neither a quote nor an amount: what the pipeline is worth is the value of the few that "
            "have. Ask for an amount in the CRM, or link quotes to their deals.",
            columns=("pipeline_ht_eur",),
            minimum=0.5,
        ),
        locator="deal_id",
    ),
)
