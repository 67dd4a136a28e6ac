"""What cannot be made again survives the loss of the warehouse, and nothing of a failed run does."""

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.frozen import bring_back, find_append_only, keep

RELATION = "simulation.sim_cash_snapshots"
RELATIONS = {RELATION: "origin_on"}


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


@pytest.fixture
def freeze(warehouse: Path) -> Callable[..., None]:
    """Appends the snapshot of a day, of two rows, to the warehouse."""

    def append(day: str, cents: int = 1) -> None:
        with duckdb.connect(warehouse) as connection:
            connection.execute("create schema if not exists simulation")
            connection.execute(
                f"create table if not exists {RELATION} (origin_on date, layer varchar, expected_ttc_cents bigint)"
            )
            connection.execute(f"insert into {RELATION} values ('{day}', 'all', {cents}), ('{day}', 'retained', null)")

    return append


def rows(warehouse: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(warehouse, read_only=True) as connection:
        return connection.execute(f"from {RELATION} order by all").fetchall()


def test_each_snapshot_is_kept_once(warehouse: Path, tmp_path: Path, freeze: Callable[..., None]) -> None:
    freeze("2026-09-21")
    assert keep(warehouse, tmp_path / "frozen", RELATIONS, {}) == 1
    freeze("2026-09-28")
    first = tmp_path / "frozen" / RELATION / "2026-09-21.parquet"
    written = first.stat().st_mtime_ns
    assert keep(warehouse, tmp_path / "frozen", RELATIONS, {}) == 1
    assert sorted(path.name for path in first.parent.iterdir()) == ["2026-09-21.parquet", "2026-09-28.parquet"]
    assert first.stat().st_mtime_ns == written


def test_a_lost_warehouse_gets_them_back(warehouse: Path, tmp_path: Path, freeze: Callable[..., None]) -> None:
    freeze("2026-09-21")
    freeze("2026-09-28")
    keep(warehouse, tmp_path / "frozen", RELATIONS, {})
    before = rows(warehouse)
    warehouse.unlink()
    assert bring_back(warehouse, tmp_path / "frozen", RELATIONS, {}) == (2, 0)
    assert rows(warehouse) == before
    assert bring_back(warehouse, tmp_path / "frozen", RELATIONS, {}) == (0, 0)


def test_an_older_warehouse_gets_what_it_lacks(warehouse: Path, tmp_path: Path, freeze: Callable[..., None]) -> None:
    freeze("2026-09-21")
    old = warehouse.read_bytes()
    freeze("2026-09-28")
    keep(warehouse, tmp_path / "frozen", RELATIONS, {})
    before = rows(warehouse)
    warehouse.write_bytes(old)
    assert bring_back(warehouse, tmp_path / "frozen", RELATIONS, {}) == (1, 0)
    assert rows(warehouse) == before


def test_a_snapshot_that_no_audit_passed_is_dropped(
    warehouse: Path, tmp_path: Path, freeze: Callable[..., None]
) -> None:
    freeze("2026-09-21")
    keep(warehouse, tmp_path / "frozen", RELATIONS, {})
    before = rows(warehouse)
    freeze("2026-09-28", cents=-1)
    assert bring_back(warehouse, tmp_path / "frozen", RELATIONS, {}) == (0, 1)
    assert rows(warehouse) == before


def test_what_the_warehouse_has_is_not_replaced(warehouse: Path, tmp_path: Path, freeze: Callable[..., None]) -> None:
    freeze("2026-09-21")
    keep(warehouse, tmp_path / "frozen", RELATIONS, {})
    with duckdb.connect(warehouse) as connection:
        connection.execute(f"update {RELATION} set expected_ttc_cents = 7")
    bring_back(warehouse, tmp_path / "frozen", RELATIONS, {})
    assert {cents for _, _, cents in rows(warehouse)} == {7}


def test_a_backup_that_was_lost_takes_nothing_from_the_warehouse(
    warehouse: Path, tmp_path: Path, freeze: Callable[..., None]
) -> None:
    freeze("2026-09-21")
    assert bring_back(warehouse, tmp_path / "frozen", RELATIONS, {}) == (0, 0)
    assert len(rows(warehouse)) == 2


def test_before_the_first_build_there_is_nothing_to_keep(warehouse: Path, tmp_path: Path) -> None:
    duckdb.connect(warehouse).close()
    assert keep(warehouse, tmp_path / "frozen", RELATIONS, {}) == 0


def test_a_killed_write_leaves_no_snapshot(warehouse: Path, tmp_path: Path, freeze: Callable[..., None]) -> None:
    freeze("2026-09-21")
    draft = tmp_path / "frozen" / RELATION / "2026-09-21.draft"
    draft.parent.mkdir(parents=True)
    draft.write_bytes(b"half of a file")
    assert keep(warehouse, tmp_path / "frozen", RELATIONS, {}) == 1
    assert not draft.exists()


def test_relations_are_found_by_their_mark(tmp_path: Path) -> None:
    def node(name: str, meta: dict[str, object]) -> dict[str, object]:
        return {"resource_type": "model", "schema": "simulation", "alias": name, "config": {"meta": meta}}

    path = tmp_path / "manifest.json"
    marked = node("sim_cash_snapshots", {"append_only": {"snapshot": "origin_on"}})
    path.write_text(json.dumps({"nodes": {"a": marked, "b": node("sim_cash_forecast", {})}}))
    assert find_append_only(path) == RELATIONS


def test_the_project_has_append_only_relations(manifest: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest))
    assert RELATION in find_append_only(path)
