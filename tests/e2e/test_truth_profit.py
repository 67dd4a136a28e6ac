"""Profit by offer and segment, and the cost of winning clients, as the simulator knows them; its story, found.

The truth is computed from the event log in Python and shares no code with the SQL: where they differ, one is wrong.
"""

import duckdb
import pytest

from .test_truth import Fact, differences

SAME = {
    "the margins of every offer in every quarter": Fact(
        "select offer_id, cohort_label, order_count, signed_net_ht_eur, revenue_ht_eur, "
        "coalesce(theoretical_margin_eur, 0), accounting_margin_eur, real_margin_eur "
        "from rpt_margin_by_offer where cohort_label <> 'all'",
        "select offer_id, cohort_label, order_count, signed, revenue, m_theo, m_acct, m_real from truth_offer_profits",
    ),
    "the margins of every offer": Fact(
        "select offer_id, order_count, revenue_ht_eur, coalesce(theoretical_margin_eur, 0), real_margin_eur "
        "from rpt_margin_by_offer where cohort_label = 'all'",
        "select offer_id, sum(order_count), sum(revenue), sum(m_theo), sum(m_real) "
        "from truth_offer_profits group by all",
    ),
    "the real margin of every segment": Fact(
        "select segment, sum(real_margin_eur) from rpt_client_profitability "
        "where window_label = 'to_date' and segment <> 'unknown' group by all",
        "select segment, m_real from truth_segment_margins",
    ),
    "the profit of the company, whatever the view": Fact(
        "select sum(real_margin_eur) from rpt_client_profitability where window_label = 'to_date' "
        "union all select sum(real_margin_eur) from rpt_margin_by_offer where cohort_label = 'all' "
        "union all select sum(real_margin_eur) from rpt_margin_by_deal_typology "
        "where cohort_label = 'all' group by typology_axis",
        "select sum(entry_eur) from truth_margin_totals cross join range(7) group by range",
    ),
    "what was spent in every segment and quarter, and the clients won": Fact(
        "select segment, cohort_label, marketing_eur, conquest_hours_eur, lost_hours_eur, development_hours_eur, "
        "conquest_cost_eur, new_signed_count, new_cash_confirmed_count from rpt_acquisition_cost_by_segment "
        "where segment <> 'all' and cohort_label <> 'all'",
        "select segment, cohort_label, marketing, conquest_hours, lost_hours, development_hours, cost, signed_count, "
        "confirmed_count from truth_acquisition_costs",
    ),
    "what a client costs in every segment": Fact(
        "select segment, signed_client_cost_eur, cash_client_cost_eur from rpt_acquisition_cost_by_segment "
        "where cohort_label = 'all' and segment not in ('all', 'unattributed')",
        "select segment, case when sum(signed_count) >= 5 then round(sum(cost) / sum(signed_count), 2) end, "
        "case when sum(confirmed_count) >= 5 then round(sum(cost) / sum(confirmed_count), 2) end "
        "from truth_acquisition_costs where segment <> 'unattributed' group by segment",
    ),
    "what every order bears of it": Fact(
        "select order_id, acquisition_cost_eur from rpt_deal_economics",
        "select order_id, cost from truth_order_acquisition_costs",
    ),
}


@pytest.mark.parametrize("fact", SAME)
def test_the_marts_know(marts: duckdb.DuckDBPyConnection, fact: str) -> None:
    assert differences(marts, SAME[fact]) == []


def test_the_offer_that_looks_good_on_paper_comes_last(marts: duckdb.DuckDBPyConnection) -> None:
    last = marts.execute(
        "select offer_id, theoretical_margin_ratio > 0.3, real_margin_ratio < 0 from rpt_margin_by_offer "
        "where cohort_label = 'all' and has_enough_orders order by real_margin_rank desc limit 1"
    ).fetchall()
    assert last == [("gestion:CLE", True, True)]


def test_its_hours_and_its_rework_are_what_eroded_it(marts: duckdb.DuckDBPyConnection) -> None:
    [(blamed, eroded)] = marts.execute(
        "select count(*) filter (where main_erosion_cause in ('hours', 'rework')), count(*) from rpt_deal_economics "
        "where is_complete and erosion_eur > 0 "
        "and order_id in (select order_id from fct_order_lines where offer_id = 'gestion:CLE')"
    ).fetchall()
    assert blamed > 0.8 * eroded > 0


def test_the_costly_segment_is_the_dearest_and_the_last_target(marts: duckdb.DuckDBPyConnection) -> None:
    dearest = "select segment from rpt_acquisition_cost_by_segment where cohort_label = 'all' and cost_rank = 1"
    worst = "select segment from rpt_target_scoring where target_level = 1 order by value_rank desc limit 1"
    assert marts.execute(f"({dearest}) union all ({worst})").fetchall() == [("Artisans",), ("Artisans",)]


def test_a_segment_of_two_clients_is_not_judged(marts: duckdb.DuckDBPyConnection) -> None:
    judged = marts.execute(
        "select cost_rank, signed_client_cost_eur from rpt_acquisition_cost_by_segment "
        "where cohort_label = 'all' and segment = 'Énergie'"
    ).fetchall()
    assert judged == [(None, None)]
    assert marts.execute("select 1 from rpt_target_scoring where segment = 'Énergie'").fetchall() == []


def test_a_margin_shown_a_year_ago_lacked_what_came_later(marts: duckdb.DuckDBPyConnection) -> None:
    [(shown, late)] = marts.execute(
        "select sum(real_margin_eur), sum(late_entries_eur) from rpt_deal_margin_versions "
        "where as_of_on = (select min(as_of_on) from rpt_deal_margin_versions)"
    ).fetchall()
    assert -shown < late < 0
