"""Publication: only the marts, complete, audited, and never half of them, whenever the process dies."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration import publication
from orchestration.publication import PublicationError, find_current, list_versions, publish, revert
from tests.orchestration.conftest import count_on_a_page, make_publication

KILL = """
import os, signal, sys
from pathlib import Path
from orchestration import publication
from tests.orchestration.conftest import count_on_a_page, make_publication

def die(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(publication, sys.argv[1], die)
publication.publish(Path(sys.argv[2]), Path(sys.argv[3]), make_publication(int(sys.argv[4])), count_on_a_page)
"""


def read(published: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(published / "pilotage.duckdb", read_only=True) as connection:
        return connection.execute(query).fetchall()


def count_seen(published: Path) -> set[object]:
    """Rows of the invoices, in the file, in the Parquet folder and on the page: what three readers see."""
    parquet = published / "parquet" / "fct_invoices.parquet"
    page = (published / "tableau-de-bord.html").read_text(encoding="utf-8")
    return {
        read(published, "select count(*) from marts.fct_invoices")[0][0],
        duckdb.sql(f"select count(*) from read_parquet('{parquet}')").fetchall()[0][0],
        int(page.removeprefix("<p>").removesuffix("</p>")),
    }


def test_only_the_marts_are_published_with_comments_and_constraints(
    build_warehouse: Callable[[int], Path], tmp_path: Path
) -> None:
    published = tmp_path / "published"
    done = publish(build_warehouse(3), published, make_publication(0), count_on_a_page)
    assert done.row_counts == {"fct_invoices": 3, "rpt_totals": 1}
    tables = read(published, "select schema_name, table_name, comment from duckdb_tables() order by 2")
    assert tables == [
        ("marts", "fct_invoices", "One row per posted invoice: it's the document."),
        ("marts", "meta_publication", publication.META_COMMENT),
        ("marts", "rpt_totals", "One row: the total."),
    ]
    assert read(
        published, "select comment from duckdb_columns() where column_name = 'invoiced_ht_eur' and not internal"
    ) == [("Total before tax.",)]
    assert read(
        published,
        "select count(*) from duckdb_constraints() where table_name = 'fct_invoices' and schema_name = 'marts'",
    ) == [(2,)]
    assert {path.name for path in (published / "parquet").iterdir()} == {
        "fct_invoices.parquet",
        "meta_publication.parquet",
        "rpt_totals.parquet",
    }


def test_the_file_states_an_old_storage_version_and_what_it_is(
    build_warehouse: Callable[[int], Path], tmp_path: Path
) -> None:
    published = tmp_path / "published"
    publish(build_warehouse(3), published, make_publication(0, warnings=2), count_on_a_page)
    tags = read(published, "select tags from duckdb_databases() where database_name = 'pilotage'")
    assert tags == [({"storage_version": "v1.2.0+"},)]
    assert read(
        published,
        "select publication_id, as_of_on::varchar, table_name, row_count, verdict, warning_count"
        " from marts.meta_publication order by table_name",
    ) == [
        ("20260930T060000Z-test", "2026-09-30", "fct_invoices", 3, "passed_with_warnings", 2),
        ("20260930T060000Z-test", "2026-09-30", "rpt_totals", 1, "passed_with_warnings", 2),
    ]


@pytest.mark.parametrize("moment", ["_verify", "_write_page", "switch", "_prune"])
def test_a_killed_publication_leaves_one_complete_version(
    moment: str, build_warehouse: Callable[[int], Path], tmp_path: Path
) -> None:
    published = tmp_path / "published"
    publish(build_warehouse(3), published, make_publication(0), count_on_a_page)
    warehouse = build_warehouse(5)
    child = subprocess.run([sys.executable, "-c", KILL, moment, warehouse, published, "1"], cwd=Path.cwd(), check=False)
    assert child.returncode == -signal.SIGKILL
    seen = 5 if moment == "_prune" else 3
    assert count_seen(published) == {seen}

    publish(warehouse, published, make_publication(2), count_on_a_page)
    assert count_seen(published) == {5}
    assert find_current(published) == "20260930T060200Z-test"
    assert not list((published / "versions").glob(".*"))
    assert not list(published.glob(".*"))


def test_the_first_publication_killed_before_the_switch_shows_nothing_and_is_repaired(
    build_warehouse: Callable[[int], Path], tmp_path: Path
) -> None:
    published = tmp_path / "published"
    warehouse = build_warehouse(3)
    subprocess.run([sys.executable, "-c", KILL, "_force_to_disk", warehouse, published, "0"], check=False)
    assert find_current(published) is None
    assert not (published / "pilotage.duckdb").exists()
    publish(warehouse, published, make_publication(1), count_on_a_page)
    assert count_seen(published) == {3}
    assert list_versions(published) == ["20260930T060100Z-test"]


def test_a_reader_keeps_its_version_while_another_is_published(
    build_warehouse: Callable[[int], Path], tmp_path: Path
) -> None:
    published = tmp_path / "published"
    publish(build_warehouse(3), published, make_publication(0), count_on_a_page)
    reader = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); print('open', flush=True); input();"
            " print(c.sql('select count(*) from marts.fct_invoices').fetchall()[0][0])",
            str(published / "pilotage.duckdb"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "open\n"
    publish(build_warehouse(5), published, make_publication(1), count_on_a_page)
    assert count_seen(published) == {5}
    answer, _ = reader.communicate("\n", timeout=20)
    assert answer == "3\n"


def test_the_last_versions_are_kept_and_can_be_reverted_to(
    build_warehouse: Callable[[int], Path], tmp_path: Path
) -> None:
    published = tmp_path / "published"
    for minute in range(7):
        publish(build_warehouse(minute + 1), published, make_publication(minute), count_on_a_page)
    assert len(list_versions(published)) == publication.KEPT_VERSIONS
    assert count_seen(published) == {7}
    assert revert(published) == "20260930T060500Z-test"
    assert count_seen(published) == {6}
    assert revert(published, "20260930T060200Z-test") == "20260930T060200Z-test"
    assert count_seen(published) == {3}
    with pytest.raises(PublicationError, match="holds no version before"):
        revert(published)
    with pytest.raises(PublicationError, match="holds no version nothing"):
        revert(published, "nothing")
    assert count_seen(published) == {3}


def test_what_does_not_read_back_equal_is_not_published(
    build_warehouse: Callable[[int], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = tmp_path / "published"
    publish(build_warehouse(3), published, make_publication(0), count_on_a_page)
    monkeypatch.setattr(publication, "_write", lambda warehouse, draft, *rest: _write_too_little(warehouse, draft))
    with pytest.raises(PublicationError, match=r"5 rows in the warehouse, 3 in"):
        publish(build_warehouse(5), published, make_publication(1), count_on_a_page)
    assert count_seen(published) == {3}


def _write_too_little(warehouse: Path, draft: Path) -> dict[str, int]:
    with duckdb.connect(draft / "pilotage.duckdb") as connection:
        connection.execute("create schema marts; create table marts.fct_invoices as from range(3)")
    return {"fct_invoices": 5}


def test_an_empty_warehouse_publishes_nothing(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "warehouse.duckdb"):
        pass
    with pytest.raises(PublicationError, match="build the marts first"):
        publish(tmp_path / "warehouse.duckdb", tmp_path / "published", make_publication(0), count_on_a_page)


def test_published_files_cannot_be_written(build_warehouse: Callable[[int], Path], tmp_path: Path) -> None:
    published = tmp_path / "published"
    publish(build_warehouse(3), published, make_publication(0), count_on_a_page)
    for path in (published / "current").resolve().rglob("*.*"):
        assert path.stat().st_mode & 0o222 == 0 or path.is_dir()
    assert os.access(published / "pilotage.duckdb", os.R_OK)


def test_the_warehouse_remembers_what_was_published(build_warehouse: Callable[[int], Path], tmp_path: Path) -> None:
    warehouse = build_warehouse(3)
    done = publish(warehouse, tmp_path / "published", make_publication(0), count_on_a_page)
    publication.remember(warehouse, done)
    with duckdb.connect(warehouse, read_only=True) as connection:
        rows = connection.execute("select relation, row_count from meta.publication_history order by 1").fetchall()
    assert rows == [("marts.fct_invoices", 3), ("marts.rpt_totals", 1)]
