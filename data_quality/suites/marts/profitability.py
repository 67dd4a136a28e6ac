"""Which orders and clients earn money."""

from __future__ import annotations

from data_quality.suites.marts._claims import mart_suite
from data_quality.vocabulary import holds, is_measured

SUITES = (
    mart_suite(
        "rpt_client_profitability",
        holds(
            "client_margins_are_plausible",
            "is_pool or revenue_ht_eur < 1000 or real_margin_ratio between -1 and 1",
            "clients lose more than they bring, or earn more than they pay: costs name the wrong client, or credit "
            "notes hide the revenue. Ranks of profit would mislead. Look at the entries of the clients shown.",
            columns=("revenue_ht_eur", "real_margin_ratio"),
            tolerance=0.05,
            severity="warning",
        ),
        is_measured(
            "most_costs_have_a_client",
            "max(cost_coverage_ratio) filter (where window_label = 'to_date')",
            "less than half of the costs name a client or an order: the pool outweighs what is charged, and ranks "
            "of profit are guesses. Enter orders on purchases and hours.",
            columns=("cost_coverage_ratio",),
            minimum=0.5,
        ),
        locator="concat_ws(' ', window_label, 'revenue rank', revenue_rank)",
    ),
    mart_suite(
        "rpt_deal_economics",
        holds(
            "order_margins_are_plausible",
            "not is_complete or revenue_ht_eur < 500 or real_margin_ratio between -1 and 1",
            "orders cost more than twice what they bring: costs name the wrong order, or most of the revenue is not "
            "invoiced on it. Look at the entries of the orders shown.",
            columns=("revenue_ht_eur", "real_margin_ratio"),
            tolerance=0.05,
            severity="warning",
        ),
        is_measured(
            "most_orders_have_a_traced_cost",
            "count(*) filter (where is_complete and has_traced_cost) / nullif(count(*) filter (where is_complete), 0)",
            "most finished orders have no cost of their own: their margin is their price, which flatters. Enter "
            "orders on purchases and hours.",
            columns=("is_complete", "has_traced_cost"),
            minimum=0.3,
        ),
        is_measured(
            "promised_margins_are_kept_plausibly",
            "median(realisation_ratio) filter (where is_complete)",
            "half of the finished orders keep less than a fifth of the promised margin, or more than one and a half "
            "times: standard costs and real costs are not in the same unit. Compare both for one order.",
            columns=("realisation_ratio",),
            minimum=0.2,
            maximum=1.5,
        ),
        locator="order_id",
    ),
)
