"""Which orders and clients earn money."""

from __future__ import annotations

from data_quality.suites.marts._claims import mart_suite
from data_quality.vocabulary import holds, is_measured

OF_SEGMENTS = "cohort_label = 'all' and segment <> 'all'"

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
    mart_suite(
        "rpt_deal_margin_versions",
        is_measured(
            "late_entries_stay_small",
            "sum(abs(late_entries_eur)) filter (where not is_latest) "
            "/ nullif(sum(abs(real_margin_eur)) filter (where not is_latest), 0)",
            "what came late is worth more than half of the margins that had been shown: costs or invoices are entered "
            "months after, and this month's margins will move as much. Show them as provisional, and enter costs "
            "earlier.",
            columns=("real_margin_eur", "late_entries_eur"),
            maximum=0.5,
        ),
        locator="concat_ws(' ', order_id, as_of_on)",
    ),
    mart_suite(
        "rpt_margin_by_offer",
        holds(
            "offer_margins_are_plausible",
            "is_pool or not has_enough_orders or real_margin_ratio between -1 and 1",
            "an offer loses more than it brings, or earns more than it is paid: costs name the wrong orders or offers. "
            "Its rank would mislead. Look at the entries of the orders of the offers shown.",
            columns=("real_margin_ratio",),
            tolerance=0.05,
            severity="warning",
        ),
        is_measured(
            "most_costs_have_an_offer",
            "max(cost_coverage_ratio) filter (where cohort_label = 'all')",
            "less than half of the costs name an order or an offer: what is shared between offers is the lesser part, "
            "and ranks of offers are guesses. Enter orders on purchases and hours.",
            columns=("cost_coverage_ratio",),
            minimum=0.5,
        ),
        locator="concat_ws(' ', cohort_label, offer_id)",
    ),
    mart_suite(
        "rpt_margin_by_deal_typology",
        is_measured(
            "most_orders_have_a_channel",
            "coalesce(sum(order_count) filter (where typology_axis = 'channel' and channel <> 'unknown'), 0) "
            "/ nullif(sum(order_count) filter (where typology_axis = 'channel'), 0)",
            "most orders come from no known channel: their deals are missing, or the CRM does not say. Margins by "
            "channel would speak of the few that say. Look at the link between orders and deals.",
            columns=("order_count", "channel"),
            minimum=0.5,
        ),
        locator="concat_ws(' ', cohort_label, deal_type, sale_type, size_band, channel)",
    ),
    mart_suite(
        "rpt_acquisition_cost_by_segment",
        is_measured(
            "most_spending_has_a_segment",
            f"coalesce(sum(sales_and_marketing_eur) filter (where {OF_SEGMENTS} and not is_unattributed), 0) "
            f"/ nullif(sum(sales_and_marketing_eur) filter (where {OF_SEGMENTS}), 0)",
            "most of what is spent on sales and marketing names no segment: what a client costs is understated in each "
            "of them. Enter the segment aimed at on the spend, and the deal on the hours.",
            columns=("sales_and_marketing_eur",),
            minimum=0.5,
        ),
        locator="concat_ws(' ', cohort_label, segment)",
    ),
    mart_suite(
        "rpt_target_backtest",
        is_measured(
            "value_ranks_follow_what_comes",
            "max(lift_ratio) filter (where ranked_by = 'value' and tier = 1)",
            "the deals of the targets ranked first a year ago have brought less than the average deal: the ranking is "
            "no guide this year. Do not move sales effort on it; look for what changed since.",
            columns=("lift_ratio",),
            minimum=1,
        ),
        locator="concat_ws(' ', ranked_by, tier)",
    ),
    mart_suite(
        "rpt_effort_to_result",
        is_measured(
            "an_order_costs_plausible_hours",
            "max(sales_hours) filter (where cohort_label = 'all' and team = 'all') "
            "/ nullif(max(order_count) filter (where cohort_label = 'all' and team = 'all'), 0)",
            "an order would take less than half an hour of sales, or more than 500: sales hours are missing from the "
            "timesheets, or are in another unit. Margins per hour would be as wrong. Compare one week with the team.",
            columns=("sales_hours", "order_count"),
            minimum=0.5,
            maximum=500,
        ),
        locator="concat_ws(' ', cohort_label, team)",
    ),
    mart_suite(
        "rpt_price_waterfall",
        is_measured(
            "pocket_prices_are_plausible",
            "sum(pocket_price_ht_eur) / nullif(sum(list_ht_eur), 0)",
            "less than a third of the list price is left in the pocket, or more than there was: list prices are not "
            "in the unit of the quantities, or credit notes count twice. Compare one invoice with its price list.",
            columns=("list_ht_eur", "pocket_price_ht_eur"),
            minimum=0.3,
            maximum=1.1,
        ),
        locator="concat_ws(' ', quarter_on, offer_id)",
    ),
    mart_suite(
        "rpt_discount_leakage",
        is_measured(
            "most_sales_have_a_list_price",
            "sum(unlisted_ht_eur) / nullif(sum(list_ht_eur), 0)",
            "more than half of the sales have no list price: their discounts cannot be seen, and what is shown is the "
            "best case. Export the list price of invoice lines, or the price list.",
            columns=("list_ht_eur", "unlisted_ht_eur"),
            maximum=0.5,
        ),
        is_measured(
            "most_discounts_have_an_origin",
            "sum(abs(discount_ht_eur)) filter (where discount_origin = 'unexplained') "
            "/ nullif(sum(abs(discount_ht_eur)), 0)",
            "most of the discounts are explained by no quote: which rule leaks cannot be said. Export the origin of "
            "discounts on quote lines, and the quote of each order.",
            columns=("discount_origin", "discount_ht_eur"),
            maximum=0.5,
        ),
        locator="concat_ws(' ', issued_month, offer_id, discount_origin)",
    ),
    mart_suite(
        "rpt_price_policy",
        is_measured(
            "most_prices_exceed_their_floor",
            "sum(invoice_price_ht_eur) filter (where is_below_floor and client_type <> 'all') "
            "/ nullif(sum(invoice_price_ht_eur) filter (where client_type <> 'all'), 0)",
            "more than half of the sales are made below their floor: either the company loses on most of what it "
            "sells, or costs and quantities are not in the same unit. Compare one offer by hand.",
            columns=("client_type", "invoice_price_ht_eur", "is_below_floor"),
            maximum=0.5,
        ),
        locator="concat_ws(' ', quarter_on, offer_id, client_type, channel)",
    ),
)
