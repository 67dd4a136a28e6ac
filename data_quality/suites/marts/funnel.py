"""What is won of what is proposed, and how long it takes."""

from __future__ import annotations

from data_quality.suites.marts._claims import mart_suite, published_suite
from data_quality.vocabulary import holds, is_measured

SUITES = (
    mart_suite(
        "rpt_funnel_conversion",
        holds(
            "win_rates_are_plausible",
            "won_count + lost_count < 30 or closed_win_ratio between 0.01 and 0.99",
            "a cohort of thirty closed deals or more is all won, or all lost: its losses are not recorded, or its "
            "type of client is a label for winners only. Do not quote its win rate; look at how deals are closed in "
            "the CRM.",
            columns=("won_count", "lost_count", "closed_win_ratio"),
            severity="warning",
        ),
        holds(
            "the_curve_is_near_the_closed_rate",
            "won_count + lost_count < 30 or cif_won_365_ratio <= closed_win_ratio + 0.1",
            "one deal in ten more is won after a year, by the curve, than among closed deals: ages of deals are "
            "wrong, since open deals can only lower the curve. Look at the dates of creation and closing.",
            columns=("closed_win_ratio", "cif_won_365_ratio"),
            severity="warning",
        ),
        holds(
            "refused_quotes_are_recorded",
            "decided_quote_count < 30 or quote_signature_ratio <= 0.98",
            "thirty quotes or more have an answer, and nearly all were signed: those that were refused or that expired "
            "are not marked so. Do not quote the signature rate; look at how quotes end in the quoting tool.",
            columns=("decided_quote_count", "quote_signature_ratio"),
            severity="warning",
        ),
        locator="concat_ws(' ', cohort_label, perimeter_label)",
    ),
    mart_suite(
        "rpt_cycle_times",
        holds(
            "every_median_is_plausible",
            "done_count < 10 or median_days between -60 and 730",
            "half of the units of a leg take more than two years, or end two months before they start: dates of two "
            "systems do not describe the same thing. Look at the dates of the leg in both exports.",
            columns=("leg", "median_days", "done_count"),
            severity="warning",
        ),
        locator="concat_ws(' ', cohort_label, perimeter_label, leg)",
    ),
    mart_suite(
        "rpt_sales_velocity",
        holds(
            "cycles_are_plausible",
            "cycle_days is null or cycle_days >= 1",
            "deals of a quarter are won on the day they are created: they are entered in the CRM once signed, and a "
            "velocity per day means nothing. Do not quote it; look at when deals are created.",
            columns=("cycle_days",),
            severity="warning",
        ),
        locator="concat_ws(' ', cohort_label, perimeter_label)",
    ),
    mart_suite(
        "rpt_won_vs_proposed",
        is_measured(
            "concessions_are_plausible",
            "max(concession_ratio) filter (where cohort_label = 'all' and perimeter_kind = 'all')",
            "between first proposal and signature the company gives up more than 60 %, or gains more than 50 %: "
            "quotes and orders do not describe the same scope. Compare one deal in both exports.",
            columns=("concession_ratio",),
            minimum=-0.5,
            maximum=0.6,
        ),
        locator="concat_ws(' ', cohort_label, perimeter_label)",
    ),
    mart_suite(
        "rpt_pipeline_bridge",
        is_measured(
            "late_deals_stay_few",
            "sum(closing_stale_count) filter (where close_window = 'all' and bridge_month = (select max(bridge_month) "
            "from this)) / nullif(sum(closing_count) filter (where close_window = 'all' and bridge_month = "
            "(select max(bridge_month) from this)), 0)",
            "four open deals out of five should have closed already: nobody moves close dates or closes dead deals in "
            "the CRM, and its pipeline is a wish. Close or date them before quoting what is in it.",
            columns=("bridge_month", "close_window", "closing_count", "closing_stale_count"),
            maximum=0.8,
        ),
        locator="concat_ws(' ', bridge_month, close_window, team, segment)",
    ),
    published_suite(
        "fct_sales_forecast_snapshots",
        holds(
            "promises_have_a_plausible_close_date",
            "expected_close_on between snapshot_on - 3650 and snapshot_on + 1825",
            "a deal is expected to close more than five years ahead, or ten years ago: a year is mistyped, and months "
            "that nobody promised get a forecast. Look at the close dates in the CRM.",
            columns=("snapshot_on", "expected_close_on"),
            severity="warning",
        ),
        locator="concat_ws(' ', snapshot_on, deal_id)",
    ),
    mart_suite(
        "rpt_sales_forecast_accuracy",
        is_measured(
            "promises_are_kept_plausibly",
            "max(bias_year_ratio) filter (where layer = 'promised' and perimeter_kind = 'all')",
            "over a year the CRM promised more than ten times what was signed: orders are not linked to deals, or "
            "amounts are typed in cents. Do not judge forecasts by it; compare one month of promises with its orders.",
            columns=("layer", "perimeter_kind", "bias_year_ratio"),
            maximum=9,
        ),
        locator="concat_ws(' ', target_month, horizon_months, layer, perimeter_label)",
    ),
)
