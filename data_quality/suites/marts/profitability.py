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
