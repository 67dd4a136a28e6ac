"""The warehouse after a load, after a second one, and after one that died."""

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion import guards, warehouse
from ingestion.contract import REJECTS, load_contract
from ingestion.guards import GuardError
from ingestion.warehouse import WarehouseError

from .conftest import DEALS, DEALS_CSV, FEW, FILES, Home, profile_of

SNAPSHOT = "select * exclude (loaded_at, load_id) from raw_files.{} order by all"


def content(home: Home) -> dict[str, list[tuple[Any, ...]]]:
    """All that a load leaves, but for when it was."""
    return {table: home.query(SNAPSHOT.format(table)) for table in ("deals", "clients", "rejects")}


LOAD = """
import sys
from dataclasses import replace
from pathlib import Path
from ingestion import warehouse
from ingestion.source import discover

def run():
    few = replace(discover()["files"], entities=frozenset({"clients", "deals"}))
    places = {"warehouse": Path(sys.argv[1]), "pipelines_dir": Path(sys.argv[2])}
    warehouse.load(few, **places, options={"exports": sys.argv[3]})
"""


def elsewhere(code: str, home: Home, exports: Path, **how: Any) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own; `run()` loads."""
    places = (home.warehouse, home.pipelines_dir, exports)
    arguments = [sys.executable, "-c", LOAD + code, *map(str, places)]
    return subprocess.run(arguments, capture_output=True, text=True, **how)


def test_all_relations_exist_typed_as_the_contract_says(tmp_path: Path, deals: Path) -> None:
    home = Home(tmp_path / "home", FILES)
    report = home.load(deals)
    columns = home.query(
        "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'raw_files'"
        " and table_name not like '\\_%' escape '\\' order by table_name, column_index"
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for table, name, type_ in columns:
        found.setdefault(table, []).append((name, type_))
    contract = load_contract()
    shapes = {entity: contract.raw_columns(entity) for entity in contract.entities} | {"rejects": REJECTS}
    assert found == {table: [(c.name, c.duckdb_type) for c in shape] for table, shape in shapes.items()}
    assert home.query("select distinct schema_name from duckdb_tables()") == [("raw_files",)], "no staging is left"
    assert report.by_entity["deals"].rows_loaded == 3
    assert str(report.by_entity["deals"].totals["ht_doc_amount"]) == "1197.50"
    assert not home.pipelines_dir.joinpath("raw_files_work").exists()


def test_the_same_folder_twice_changes_nothing_and_costs_nothing(
    home: Home, deals: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = home.load(deals)
    before = home.warehouse.read_bytes()
    monkeypatch.setattr(warehouse, "_run_dlt", lambda *_: pytest.fail("dlt was called"))
    second = home.load(deals)
    assert second.unchanged
    assert second.rows_loaded == 0
    assert all(entity.unchanged for entity in second.entities)
    assert second.by_entity["deals"].totals == first.by_entity["deals"].totals
    assert second.by_entity["deals"].loaded_at == first.by_entity["deals"].loaded_at
    assert home.warehouse.read_bytes() == before
    assert home.messages[-1] == "raw_files: nothing has changed at the sender, nothing to load"


def test_nothing_to_do_does_not_import_dlt(home: Home, deals: Path) -> None:
    home.load(deals)
    done = elsewhere(
        "run(); print({'dlt', 'pandas', 'pyarrow', 'rapidfuzz', 'openpyxl'} & set(sys.modules))",
        home,
        deals,
        check=True,
    )
    assert done.stdout == "set()\n"


def test_only_what_changed_is_loaded_and_the_rejects_of_the_rest_stay(home: Home, deals: Path) -> None:
    clients = {"files": "c.csv", "columns": {"client_id": "N°", "client_name": "Nom"}}
    (deals / "profile.yml").write_text(profile_of({"deals": DEALS, "clients": clients}), encoding="utf-8")
    (deals / "affaires.csv").write_text(DEALS_CSV.replace("1200,50", "douze"), encoding="utf-8")
    (deals / "c.csv").write_text("N°;Nom\nC1;Dupont\nC2;\n", encoding="utf-8")
    first = home.load(deals)
    assert first.rows_rejected == 2
    (deals / "c.csv").write_text("N°;Nom\nC1;Dupont\nC2;Martin\n", encoding="utf-8")
    second = home.load(deals)
    assert [entity.entity for entity in second.entities if not entity.unchanged] == ["clients"]
    assert second.rows_rejected == 1
    assert home.query("select entity, count(*) from raw_files.rejects group by all") == [("deals", 1)]
    assert home.query("select distinct load_id from raw_files.deals") == [(first.load_id,)]
    assert home.query("select distinct load_id from raw_files.clients") == [(second.load_id,)]


def test_a_shrunken_export_keeps_the_old_rows_until_it_is_accepted(home: Home, deals: Path) -> None:
    rows = "".join(f"B{i};C1;1;Gagnée;02/01/2026 10:00\n" for i in range(60))
    (deals / "affaires.csv").write_text(DEALS_CSV + rows, encoding="utf-8")
    home.load(deals)
    (deals / "affaires.csv").write_text(DEALS_CSV, encoding="utf-8")
    with pytest.raises(GuardError, match=r"raw_files\.deals: 3 rows, 4 % of the last load \(63\)"):
        home.load(deals)
    assert home.query("select count(*) from raw_files.deals") == [(63,)]
    home.load(deals, "raw_files.deals")
    assert home.query("select count(*) from raw_files.deals") == [(3,)]


def test_types_are_frozen_and_a_dropped_table_comes_back(home: Home, deals: Path) -> None:
    home.load(deals)
    home.query("alter table raw_files.deals alter ht_doc_amount type double")
    (deals / "affaires.csv").write_text(DEALS_CSV + "A4;C1;1;Gagnée;02/01/2026 10:00\n", encoding="utf-8")
    with pytest.raises(GuardError, match=r"ht_doc_amount is DOUBLE, the contract says DECIMAL\(18,2\)"):
        home.load(deals)
    home.query("drop table raw_files.deals")
    for _ in range(2):  # once where the exports have changed, and once where they have not
        home.load(deals)
        assert home.query("select count(*), sum(ht_doc_amount)::varchar from raw_files.deals") == [(4, "1198.50")]
        home.query("drop table raw_files.deals")


def test_data_is_loaded_by_parquet_only(home: Home, deals: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    formats: list[tuple[str, str]] = []
    monkeypatch.setattr(guards, "check_formats", lambda found: formats.extend(found))
    home.load(deals)
    assert {table for table, format_ in formats if format_ == "parquet"} == {*FEW.entities, "rejects"}
    assert {format_ for _, format_ in formats} <= {"parquet", "sql"}


def test_a_failure_of_dlt_is_told_in_one_line(home: Home, deals: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.load(deals)
    (deals / "affaires.csv").write_text(DEALS_CSV.replace("1200,50", "7"), encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dlt.load.load.Load.start_new_jobs", full)
    with pytest.raises(WarehouseError, match=r"dlt failed to load .*No space left on device.*run again"):
        home.load(deals)
    monkeypatch.undo()
    assert home.query("select ht_doc_amount::varchar from raw_files.deals where deal_id = 'crm:A1'") == [("1200.50",)]
    home.load(deals)
    assert home.query("select ht_doc_amount::varchar from raw_files.deals where deal_id = 'crm:A1'") == [("7.00",)]


def test_a_warehouse_in_use_or_damaged_is_named(home: Home, deals: Path) -> None:
    home.warehouse.parent.mkdir()
    home.warehouse.write_bytes(b"not a database" * 1000)
    with pytest.raises(WarehouseError, match=r"warehouse\.duckdb: DuckDB cannot read this file\. Move it away"):
        home.load(deals)
    home.warehouse.unlink()
    holder = f"import duckdb, sys; c = duckdb.connect({str(home.warehouse)!r}); print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        with pytest.raises(WarehouseError, match="another process has it open"):
            home.load(deals)
        process.communicate()


CRASH = """
import os, signal
import {module} as module

def die(*args, **kwargs):
    {before}
    os.kill(os.getpid(), signal.SIGKILL)

original = {target}
{target} = die
run()
"""


@pytest.mark.parametrize(
    ("module", "target", "before"),
    [
        pytest.param(
            "dlt.load.load", "module.Load.complete_package", "pass", id="rows written, load not recorded by dlt"
        ),
        pytest.param("ingestion.warehouse", "module._remember", "pass", id="dlt done, load not remembered"),
        pytest.param("dlt.load.load", "module.Load.submit_job", "original(*args, **kwargs)", id="between two tables"),
        pytest.param("dlt.normalize.normalize", "module.Normalize.run", "pass", id="extracted, not normalised"),
    ],
)
def test_a_crash_then_a_run_equals_a_clean_run(
    tmp_path: Path, deals: Path, module: str, target: str, before: str
) -> None:
    changed = DEALS_CSV.replace("1200,50", "7") + "A4;C1;x;Gagnée;02/01/2026 10:00\n"
    crashed, clean = Home(tmp_path / "crashed"), Home(tmp_path / "clean")
    crashed.load(deals)
    (deals / "affaires.csv").write_text(changed, encoding="utf-8")
    done = elsewhere(CRASH.format(module=module, target=target, before=before), crashed, deals)
    assert done.returncode == -signal.SIGKILL, done.stderr
    (deals / "affaires.csv").write_text(changed + "A5;C1;5;Gagnée;02/01/2026 10:00\n", encoding="utf-8")
    assert not crashed.load(deals).unchanged
    clean.load(deals)
    assert content(crashed) == content(clean)
    assert crashed.query("select count(distinct load_id) from raw_files.deals") == [(1,)]
    assert crashed.query("select distinct schema_name from duckdb_tables()") == [("raw_files",)]
    assert crashed.load(deals).unchanged


def test_no_cell_is_ever_logged(home: Home, deals: Path, caplog: pytest.LogCaptureFixture) -> None:
    canary = "jeanne.canari@example.com"
    lines = f"A4;C1;{canary};Gagnée;02/01/2026 10:00\n{canary}\nA5;{canary};1;Gagnée;02/01/2026 10:00\n"
    (deals / "affaires.csv").write_text(DEALS_CSV + lines, encoding="utf-8")
    with caplog.at_level(logging.DEBUG):
        report = home.load(deals)
    assert home.query(f"select count(*) from raw_files.rejects where line_text like '%{canary}%'") == [(2,)]
    assert canary not in caplog.text
    assert canary not in "\n".join(home.messages)
    assert canary not in repr(report)
    (deals / "profile.yml").write_text(profile_of({"deals": DEALS}, max_reject_ratio=0), encoding="utf-8")
    with pytest.raises(GuardError) as error:
        home.load(deals)
    assert canary not in str(error.value)


def test_nothing_is_sent_to_anybody(home: Home, deals: Path) -> None:
    code = """
from dlt.common.runtime import anon_tracker
sent = []
anon_tracker._send_event = lambda *event: sent.append(event)
run()
print(sent, anon_tracker._ANON_TRACKER_ENDPOINT, anon_tracker._THREAD_POOL)
"""
    assert elsewhere(code, home, deals, check=True).stdout == "[] None None\n"


def test_the_place_and_the_time_zone_of_the_machine_do_not_matter(tmp_path: Path, deals: Path) -> None:
    here = Home(tmp_path / "ici")
    here.load(deals)
    there = Home(tmp_path / "Données d’été" / "là bas")
    elsewhere(
        "run()", there, deals, check=True, cwd=tmp_path, env={**os.environ, "TZ": "America/Cayenne", "LC_ALL": "C"}
    )
    assert content(there) == content(here)


def test_a_load_in_memory_bounds_works(home: Home, deals: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 'K' || i as \"N°\", 'C1' as \"Client\", '1,00' as \"Montant\", 'Gagnée' as \"État\","
            " '02/01/2026 10:00' as \"Créée le\", repeat('x', 200) as \"Note\" from range(100000) t(i))"
            f" to '{deals / 'affaires.csv'}' (header, delimiter ';')"
        )
    assert home.load(deals).by_entity["deals"].rows_loaded == 100_000
