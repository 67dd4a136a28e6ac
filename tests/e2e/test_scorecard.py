"""The scorecard says what its reports say, and what it said of a past month before late entries came."""

import duckdb

Marts = duckdb.DuckDBPyConnection
LAST = "from rpt_exec_scorecard where is_latest"


def rows(marts: Marts, query: str) -> list[tuple[object, ...]]:
    """The rows of a query."""
    return marts.execute(query).fetchall()


def test_every_indicator_is_known_on_the_last_day_and_every_theme_is_asked(marts: Marts) -> None:
    assert rows(marts, f"select kpi_id {LAST} and observed_quantity is null") == []
    assert rows(marts, f"select count(*) between 12 and 16, count(distinct theme) {LAST}") == [(True, 6)]


def test_prior_values_are_those_that_were_shown(marts: Marts) -> None:
    wrong = rows(
        marts,
        "select now.kpi_id from rpt_exec_scorecard as now inner join rpt_exec_scorecard as year_before "
        "on now.kpi_id = year_before.kpi_id and year_before.as_of_on = now.as_of_on - interval 1 year "
        "where now.is_latest and now.year_before_quantity is distinct from year_before.observed_quantity",
    )
    assert wrong == []


def test_a_past_month_was_corrected_by_what_the_senders_entered_later(marts: Marts) -> None:
    """Receipts entered late were missing from the year to August, to the cent, as its end knew it."""
    [(delta,)] = rows(
        marts,
        "select delta_quantity from ctl_restatements "
        "where kpi_id = 'cashed_ttc' and as_of_on = said_on and as_of_on = date '2026-08-31'",
    )
    missing = rows(
        marts,
        "select sum(received_ttc_eur) from fct_payments where bounced_on is null "
        "and paid_on between date '2025-09-01' and date '2026-08-31' and recorded_on > date '2026-08-31'",
    )
    assert missing == [(delta,)]
    assert delta != 0


def test_what_is_known_later_changes_less(marts: Marts) -> None:
    """The margin of a past year lacked its costs: each month's end said less wrong than the one before."""
    worse = rows(
        marts,
        "select as_of_on, said_on from ctl_restatements where kpi_id = 'real_margin' and not is_frozen "
        "qualify abs(delta_quantity) > lag(abs(delta_quantity)) over (partition by as_of_on order by said_on)",
    )
    corrected = rows(marts, "select count(*) from ctl_restatements where kpi_id = 'real_margin' and delta_quantity < 0")
    assert corrected[0] > (12,)
    assert len(worse) <= 2
