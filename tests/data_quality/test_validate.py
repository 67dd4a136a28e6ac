"""What callers of the doors rely on: outcomes that say what was seen, and crashes that never read as bad data."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from data_quality.frames import EXAMPLES_AT_MOST, read_measures
from data_quality.suites import discover
from data_quality.validate import Judge, Outcome, mask, validate
from data_quality.vocabulary import Between, Check, CrashedCheck, OneOf, Suite, holds, is_one_of
from tests.data_quality.healthy import AS_OF, ROWS, Warehouse

SUITES = {suite.relation: suite for suite in discover()}
CLIENTS, DEALS = SUITES["raw_files.clients"], SUITES["raw_files.deals"]

Spoil = Callable[..., Path]


@pytest.fixture
def spoil(warehouse: Warehouse, tmp_path: Path) -> Spoil:
    """A warehouse file with the healthy clients, deals and loads, after some statements."""

    def run(*statements: str) -> Path:
        path = warehouse.copy_to(tmp_path / "warehouse.duckdb", CLIENTS.relation, DEALS.relation, "raw_files._loads")
        with duckdb.connect(str(path)) as connection:
            for statement in statements:
                connection.execute(statement)
        return path

    return run


def run(path: Path, *suites: Suite) -> dict[str, Outcome]:
    """The outcomes of some suites, by name of check."""
    return {outcome.check_name: outcome for outcome in validate(suites, path, AS_OF)}


def test_healthy_data_passes_and_says_what_was_seen(spoil: Spoil) -> None:
    outcomes = run(spoil(), DEALS)
    assert [name for name, outcome in outcomes.items() if not outcome.passed or not outcome.is_available] == []
    assert list(outcomes) == [check.name for check in DEALS.checks]
    assert outcomes["rows_keep_arriving"].observed == ROWS
    assert outcomes["every_outcome_is_known"].observed == "lost, open, won"
    assert outcomes["every_outcome_is_known"].expected == "one of open, won, lost"
    assert outcomes["deals_are_fresh"].expected == "at most 31"


def test_a_failure_says_how_many_rows_and_where(spoil: Spoil) -> None:
    outcome = run(spoil("update raw_files.deals set outcome = 'Gagnée' where source_line = 1"), DEALS)[
        "every_outcome_is_known"
    ]
    assert not outcome.passed
    assert outcome.severity == "critical"
    assert outcome.unexpected_count == ROWS
    assert outcome.examples == ("export.csv:1: outcome=Xxxxxx",) * EXAMPLES_AT_MOST
    assert "Map it in profile.yml" in outcome.reason


def test_examples_hold_no_personal_data(spoil: Spoil) -> None:
    path = spoil(
        "update raw_files.clients set email_domain = 'jeanne.dupont@exemple.fr', siren = '0612345678', "
        "client_type = 'Dupont Jeanne', country_code = 'Dupont', client_id = 'Dupont'"
    )
    shown = str(list(run(path, CLIENTS).values()))
    failed = [outcome for outcome in run(path, CLIENTS).values() if not outcome.passed]
    assert len(failed) == 5
    assert not any(secret in shown.lower() for secret in ("dupont", "jeanne", "0612345678"))


def test_an_entity_never_delivered_is_not_available(spoil: Spoil) -> None:
    outcomes = run(spoil("delete from raw_files.deals", "delete from raw_files._loads"), DEALS).values()
    assert [outcome.check_name for outcome in outcomes if outcome.is_available or not outcome.passed] == []


def test_an_entity_that_vanishes_fails(spoil: Spoil) -> None:
    outcome = run(spoil("delete from raw_files.deals"), DEALS)["rows_keep_arriving"]
    assert (outcome.passed, outcome.severity, outcome.is_available) == (False, "critical", True)


def test_an_accepted_shrink_is_not_held_against_the_relation(spoil: Spoil) -> None:
    path = spoil("delete from raw_files.deals")
    accepted = validate([DEALS, CLIENTS], path, AS_OF, accept_shrink=["raw_files.deals"])
    assert [outcome.check_name for outcome in accepted if not outcome.passed] == []
    assert {outcome.relation for outcome in accepted if outcome.check_name == "rows_keep_arriving"} == {
        DEALS.relation,
        CLIENTS.relation,
    }
    assert all(outcome.is_available for outcome in accepted if outcome.relation == CLIENTS.relation)


def test_a_first_load_has_no_history_to_follow(spoil: Spoil) -> None:
    outcomes = run(spoil("drop table raw_files._loads"), DEALS)
    assert [name for name, outcome in outcomes.items() if not outcome.is_available] == ["volume_follows_history"]
    assert all(outcome.passed for outcome in outcomes.values())


def test_a_past_as_of_date_is_no_future(spoil: Spoil) -> None:
    path = spoil("update raw_files.deals set loaded_at = now()")
    past = {outcome.check_name: outcome for outcome in validate([DEALS], path, AS_OF.replace(year=2025))}
    assert past["no_deal_closes_in_the_future"].passed


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("alter table raw_files.deals drop column closed_at", 'raw_files.deals.*"closed_at" not found'),
        ("drop table raw_files.deals", "raw_files.deals.*does not exist"),
        ("alter table raw_files.deals alter ht_doc_amount type varchar using 'a'", "raw_files.deals"),
    ],
)
def test_what_cannot_be_measured_crashes(spoil: Spoil, statement: str, message: str) -> None:
    with pytest.raises(CrashedCheck, match=rf"(?s){message}"):
        run(spoil(statement), DEALS)


def test_an_absent_warehouse_crashes(tmp_path: Path) -> None:
    with pytest.raises(CrashedCheck, match="cannot be read"):
        run(tmp_path / "absent.duckdb", DEALS)


def test_a_measure_that_is_no_number_crashes(spoil: Spoil) -> None:
    check = replace(DEALS.checks[0], measure="max(outcome)")
    with pytest.raises(CrashedCheck, match=r"rows_keep_arriving measures .*, which is no number"):
        run(spoil(), replace(DEALS, checks=(check,)))


def test_a_crash_of_great_expectations_is_not_bad_data(spoil: Spoil, monkeypatch: pytest.MonkeyPatch) -> None:
    build = Between.build
    monkeypatch.setattr(Between, "build", lambda self, column: build(self, f"{column}_absent"))
    with pytest.raises(CrashedCheck, match="could not be judged"):
        run(spoil(), DEALS)


def test_a_verdict_that_never_comes_crashes(spoil: Spoil, monkeypatch: pytest.MonkeyPatch) -> None:
    from great_expectations.datasource.fluent.interfaces import Batch

    answer = Batch.validate

    def forget_one(self: Batch, *args: Any, **kwargs: Any) -> Any:
        report = answer(self, *args, **kwargs)
        report.results.pop()
        return report

    monkeypatch.setattr(Batch, "validate", forget_one)
    with pytest.raises(CrashedCheck, match="gave no verdict"):
        run(spoil(), DEALS)


def test_verdicts_do_not_depend_on_the_order_of_checks(warehouse: Warehouse) -> None:
    backwards = replace(DEALS, checks=DEALS.checks[::-1])
    measures = read_measures(warehouse.connection, DEALS, AS_OF)
    measures["deals_are_fresh"] = 400.0
    measures["every_outcome_is_known"] = ["won", "elsewhere"]
    verdicts = Judge().judge(DEALS, measures)
    assert verdicts == Judge().judge(backwards, measures)
    assert {name for name, passed in verdicts.items() if not passed} == {"deals_are_fresh", "every_outcome_is_known"}


def test_a_suite_refuses_what_no_tool_could_name() -> None:
    check = DEALS.checks[0]
    with pytest.raises(ValueError, match="two checks are named rows_keep_arriving"):
        Suite("raw_files.deals", (check, check), "1")
    with pytest.raises(ValueError, match=r"schema\.table"):
        Suite("deals", (check,), "1")


@pytest.mark.parametrize(("low", "high"), [(None, None), (2, 1)])
def test_bounds_that_mean_nothing_are_refused(low: float | None, high: float | None) -> None:
    with pytest.raises(ValueError, match=r"bound|between"):
        Between(low, high)


@pytest.mark.parametrize(
    ("expectation", "text"),
    [
        (Between(0, 200), "between 0 and 200"),
        (Between(None, 0.5), "at most 0.5"),
        (Between(1, None), "at least 1"),
        (OneOf(("won", "lost")), "one of won, lost"),
    ],
)
def test_an_expectation_reads_as_a_sentence(expectation: Between | OneOf, text: str) -> None:
    assert str(expectation) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("credit_note", "credit_note"), ("Élodie Martin", "Xxxxxx Xxxxxx"), ("a@b.fr", "x@x.xx"), ("FA-12", "XX-99")],
)
def test_a_mask_keeps_the_shape(text: str, shown: str) -> None:
    assert mask(text) == shown


@pytest.mark.parametrize(
    "check",
    [
        holds("amounts_are_positive", "amount > 0", "why.", columns=["amount"]),
        is_one_of("kinds_are_known", "kind", ["a"], "why."),
    ],
)
def test_what_is_empty_denies_no_claim(check: Check) -> None:
    suite = Suite("main.things", (check,), "kind")
    with duckdb.connect() as connection:
        connection.execute("create table things as select null::integer as amount, null::varchar as kind")
        assert Judge().judge(suite, read_measures(connection, suite, AS_OF)).get(check.name, True)


@pytest.mark.parametrize("module", ["data_quality.suites", "data_quality.validate"])
def test_importing_is_cheap(module: str) -> None:
    code = (
        f"import sys, {module}, data_quality.suites; data_quality.suites.discover(); "
        "print([name for name in ('great_expectations', 'pandas', 'numpy', 'pyarrow') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert printed.stdout.strip() == "[]"
