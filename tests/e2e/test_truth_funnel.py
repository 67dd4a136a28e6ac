"""The funnel as the published marts tell it is the one that the simulator lived, deal by deal and to the cent.

The traps of a CRM are pairs of queries over the deals that set them; each pair has rows, or the trap would not be set.
"""

import duckdb
import pytest

from .test_truth import Fact, differences

FLOWS = ("opening", "created", "reopened", "won", "lost", "closing")
SLIPS = "select deal_id from truth_deal_oddities where crm_amount_check in ('with_tax', 'in_thousands')"
PIPELINE = "fct_pipeline_daily inner join dim_as_of on from_on <= as_of_on and as_of_on < to_on"

SAME = {
    "where every open deal stood at every month's end, and what it was worth": Fact(
        f"select as_of_on, deal_id, stage_id, pipeline_ht_eur from {PIPELINE} "
        "where pipeline_state = 'open' and is_month_end",
        "select as_of_on, deal_id, stage_id, pipeline_ht_eur from truth_pipeline_stands",
    ),
    "the flows of the pipeline, month by month": Fact(
        " union all ".join(
            f"select bridge_month, team, segment, '{flow}', {flow}_count, {flow}_ht_eur from rpt_pipeline_bridge "
            f"where close_window = 'all' and {flow}_count > 0"
            for flow in FLOWS
        ),
        "select bridge_month, team, segment, flow, deal_count, flow_ht_eur from truth_pipeline_flows",
    ),
    "what each month was promised on its eve, and what was signed of it": Fact(
        "select target_month, perimeter_label, deal_count, forecast_ht_eur, actual_ht_eur "
        "from rpt_sales_forecast_accuracy where (layer, perimeter_kind) = ('promised', 'team') "
        "and horizon_months = 0 and is_mature",
        "select target_month, team, deal_count, promised_ht_eur, signed_ht_eur from truth_sales_promises "
        "where target_month in (select target_month from rpt_sales_forecast_accuracy)",
    ),
    "the chance to win by 90, 180 and 365 days, by type of client": Fact(
        " union all ".join(
            f"select perimeter_label, {horizon}, entered_count, cif_won_{horizon}_ratio from rpt_funnel_conversion "
            "where cohort_label = 'all' and perimeter_kind in ('all', 'client_type')"
            for horizon in (90, 180, 365)
        ),
        "select client_type, horizon_days, entered_count, case when entered_count >= 10 then win_ratio end "
        "from truth_win_curves",
    ),
}

TRAPS = {
    "T9 every version of a quote is one, worth the lines that count": Fact(
        "select quote_id, root_quote_id, deal_id, version_number, state, proposed_ht_eur from fct_quote_versions",
        "select quote_id, root_quote_id, deal_id, version_number, state, proposed_ht_eur from truth_quote_versions",
    ),
    "T9 an option that was not chosen is no proposal": Fact(
        "select quote_id, proposed_ht_eur from fct_quote_versions "
        "where quote_id in (select quote_id from fct_quote_lines where is_option)",
        "select quote_id, proposed_ht_eur from truth_quote_versions where has_options",
    ),
    "T9 two quotes signed for one deal are two parts of it": Fact(
        "select deal_id, signed_ht_eur from fct_deals where deal_id in "
        "(select deal_id from fct_quote_versions where state = 'signed' group by all having count(*) > 1)",
        "select deal_id, signed_ht_eur from truth_deal_outcomes where deal_id in "
        "(select deal_id from truth_quote_versions where state = 'signed' group by all having count(*) > 1)",
    ),
    "T9 a pipeline counts a deal once, however many its quotes": Fact(
        "select as_of_on, deal_id, count(*), sum(pipeline_ht_eur) from "
        f"{PIPELINE} where pipeline_state = 'open' and is_month_end and deal_id in "
        "(select deal_id from truth_quote_versions group by all having count(*) > 1) group by all",
        "select as_of_on, deal_id, 1, pipeline_ht_eur from truth_pipeline_stands where deal_id in "
        "(select deal_id from truth_quote_versions group by all having count(*) > 1)",
    ),
    "T10 a deal that is opened again ends with its last outcome, and comes in once more": Fact(
        "select deal_id, outcome, reopened_count, (select count(*) from fct_pipeline_daily as periods "
        "where periods.deal_id = deals.deal_id and is_reopening) from fct_deals as deals where reopened_count > 0",
        "select deal_id, outcome, reopened_count, reopened_count from truth_deal_oddities "
        "inner join truth_deal_outcomes using (deal_id) where reopened_count > 0",
    ),
    "T10 a step back is no new deal": Fact(
        "select deal_id, count(*), (select count(*) from fct_pipeline_daily as periods "
        "where periods.deal_id = events.deal_id and is_entry) from fct_deal_stage_events as events "
        "where move_kind = 'backward' group by all",
        "select deal_id, backward_count, 1 from truth_deal_oddities where backward_count > 0",
    ),
    "T10 a copy of a deal is a deal of its own, without a quote or an order": Fact(
        "select deal_id, outcome, is_stale, first_proposed_ht_eur, signed_ht_eur from fct_deals "
        "where deal_name like '%(copie)'",
        "select deal_id, 'open', is_stale, null, null from truth_deal_oddities where is_copy",
    ),
    "T11 a merged deal counts nowhere, at no time": Fact(
        "select merged.deal_id, count(deals.deal_id) + count(periods.deal_id) + count(events.deal_id) "
        "+ count(snapshots.deal_id) from truth_merged_deals as merged "
        "left join fct_deals as deals using (deal_id) left join fct_pipeline_daily as periods using (deal_id) "
        "left join fct_deal_stage_events as events using (deal_id) "
        "left join fct_sales_forecast_snapshots as snapshots using (deal_id) group by all",
        "select deal_id, 0 from truth_merged_deals",
    ),
    "T28 T29 an amount typed with tax, in thousands, as 0 or not at all is told apart": Fact(
        "select deal_id, crm_amount_check from fct_deals where crm_amount_check <> 'unquoted'",
        "select deal_id, crm_amount_check from truth_deal_oddities where crm_amount_check <> 'unquoted'",
    ),
    "T28 T29 what is typed in the CRM does not change what was proposed": Fact(
        f"select as_of_on, deal_id, pipeline_ht_eur from {PIPELINE} where pipeline_state = 'open' and is_month_end "
        f"and deal_id in ({SLIPS})",
        f"select as_of_on, deal_id, pipeline_ht_eur from truth_pipeline_stands where deal_id in ({SLIPS})",
    ),
    "T30 a deal whose date is past promises nothing for the months to come": Fact(
        "select deal_id, is_stale, (select count(target_month) from fct_sales_forecast_snapshots as snapshots "
        "where snapshots.deal_id = deals.deal_id and snapshot_on > deals.expected_close_on) "
        "from fct_deals as deals where is_stale",
        "select deal_id, true, 0 from truth_deal_oddities where is_stale",
    ),
}


@pytest.mark.parametrize("fact", SAME)
def test_the_marts_know(marts: duckdb.DuckDBPyConnection, fact: str) -> None:
    assert differences(marts, SAME[fact]) == []


@pytest.mark.parametrize("trap", TRAPS)
def test_the_trap_is_answered(marts: duckdb.DuckDBPyConnection, trap: str) -> None:
    assert differences(marts, TRAPS[trap]) == []


def test_a_deal_that_has_slept_for_a_year_is_worth_next_to_nothing(marts: duckdb.DuckDBPyConnection) -> None:
    """T30: the probability of its stage would make it a tenth, or half, of what it shows."""
    [(chance, shown)] = marts.execute(
        "select max(win_probability_ratio), avg(crm_probability_ratio) from fct_sales_forecast_snapshots "
        "inner join fct_deals using (deal_id) where is_stale and snapshot_on > created_on + 365"
    ).fetchall()
    assert chance < 0.1 < shown
