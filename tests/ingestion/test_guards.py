"""What refuses a load before it harms."""

import os
from pathlib import Path

import pytest

from ingestion.contract import Column
from ingestion.guards import (
    GuardError,
    check_formats,
    check_free_space,
    check_places,
    check_shrink,
    check_types,
)


def test_a_large_loss_is_refused_with_the_way_out() -> None:
    with pytest.raises(GuardError) as error:
        check_shrink("raw_files", {"deals": 1331}, {"deals": 812})
    assert str(error.value) == (
        "raw_files.deals: 812 rows, 61 % of the last load (1 331). Refusing to replace."
        " If intended: PILOTAGE_ACCEPT_SHRINK=raw_files.deals"
    )


@pytest.mark.parametrize(
    ("before", "now"),
    [(0, 0), (0, 5), (100, 70), (100, 120), (20, 5), (3, 2)],
)
def test_ordinary_changes_pass(before: int, now: int) -> None:
    check_shrink("raw_files", {"deals": before}, {"deals": now})


@pytest.mark.parametrize(("before", "now"), [(100, 69), (1, 0), (30, 10)])
def test_a_loss_passes_only_where_it_is_accepted_or_may_happen(before: int, now: int) -> None:
    with pytest.raises(GuardError):
        check_shrink("raw_files", {"deals": before}, {"deals": now}, accepted=["raw_files.quotes"])
    check_shrink("raw_files", {"deals": before}, {"deals": now}, accepted=["raw_files.deals"])
    check_shrink("raw_files", {"deals": before}, {"deals": now}, may_shrink=["deals"])


def test_every_relation_that_lost_rows_is_named() -> None:
    with pytest.raises(GuardError, match=r"raw_files\.deals: 0 rows(.|\n)*raw_files\.quotes: 0 rows"):
        check_shrink("raw_files", {"deals": 5, "quotes": 5}, {"deals": 0, "quotes": 0})


def test_types_are_frozen_and_new_columns_welcome() -> None:
    columns = [Column("deal_id", "text", "key", ""), Column("ht_doc_amount", "money", "optional", "")]
    check_types("raw_files.deals", {"deal_id": "VARCHAR"}, columns)
    with pytest.raises(GuardError) as error:
        check_types("raw_files.deals", {"ht_doc_amount": "DOUBLE", "old": "DATE"}, columns)
    assert "ht_doc_amount is DOUBLE, the contract says DECIMAL(18,2)" in str(error.value)
    assert "old is DATE, the contract says nothing of it" in str(error.value)
    assert "drop the table raw_files.deals" in str(error.value)


def test_no_data_goes_through_insert_values() -> None:
    check_formats([("deals", "parquet"), ("_dlt_pipeline_state", "insert_values"), ("deals", "sql")])
    with pytest.raises(AssertionError, match="loaded by insert_values: deals"):
        check_formats([("deals", "insert_values")])


def test_places_are_checked_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GuardError, match="file: cannot be created"):
        check_places(tmp_path / "file" / "w.duckdb", tmp_path / "dlt")
    with pytest.raises(GuardError, match="apostrophe"):
        check_places(tmp_path / "w.duckdb", tmp_path / "l'atelier")
    check_places(tmp_path / "new" / "w.duckdb", tmp_path / "Données été" / "dlt")


def test_a_place_that_may_not_be_written_is_named_with_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anywhere
    monkeypatch.setenv("LOGNAME", "camille")
    with pytest.raises(GuardError, match=f"{tmp_path}: user camille may not write here"):
        check_places(tmp_path / "w.duckdb", tmp_path)


def test_a_disk_that_is_too_small_is_refused(tmp_path: Path) -> None:
    check_free_space(tmp_path, 1)
    with pytest.raises(GuardError, match="MB free, 3145728 MB needed"):
        check_free_space(tmp_path, 1 << 40)
