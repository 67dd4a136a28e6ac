"""What the tests of the ingestion share: exports written, extracted and loaded in a line."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from ingestion.contract import load_contract
from ingestion.source import Extracted, Source, Stamp, discover
from ingestion.warehouse import LoadReport, load

Rows = list[dict[str, Any]]

DEALS: dict[str, Any] = {
    "files": "affaires*.csv",
    "columns": {
        "deal_id": "N°",
        "client_id": "Client",
        "ht_doc_amount": "Montant",
        "outcome": "État",
        "created_at": "Créée le",
    },
    "values": {"outcome": {"Gagnée": "won", "Perdue": "lost", "En cours": "open"}},
}
DEALS_CSV = """\
N°;Client;Montant;État;Créée le
A1;C1;1200,50;Gagnée;02/01/2026 10:00
A2;C2;-3;Perdue;03/07/2026 09:30
A3;C2;;En cours;04/07/2026 00:00
"""


def profile_of(entities: Mapping[str, Any], **top: Any) -> str:
    document = {"system": "crm", "max_reject_ratio": 1, **top, "entities": dict(entities)}
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    return folder


@pytest.fixture
def deals(exports: Path) -> Path:
    """A folder with three good deals."""
    (exports / "profile.yml").write_text(profile_of({"deals": DEALS}), encoding="utf-8")
    (exports / "affaires.csv").write_text(DEALS_CSV, encoding="utf-8")
    return exports


class Extraction:
    """Extracted entities, their rows and rejects."""

    def __init__(self, items: dict[str, Extracted], messages: list[str]) -> None:
        self.items = items
        self.messages = messages

    def rows(self, entity: str, columns: str = "*") -> list[tuple[Any, ...]]:
        return self._query(columns, self.items[entity].parquet)

    def rejects(self, entity: str, columns: str = "line_number, column_name, reason") -> list[tuple[Any, ...]]:
        path = self.items[entity].rejects
        return self._query(columns, path) if path else []

    @staticmethod
    def _query(columns: str, path: Path) -> list[tuple[Any, ...]]:
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute("set timezone = 'UTC'")
            return connection.execute(f"select {columns} from read_parquet('{path}')").fetchall()


@pytest.fixture
def extract(tmp_path: Path) -> Callable[..., Extraction]:
    """Extract entities without a warehouse."""
    count = 0

    def run(folder: Path, *entities: str) -> Extraction:
        nonlocal count
        count += 1
        workspace = tmp_path / f"work{count}"
        workspace.mkdir()
        stamp = Stamp("load", datetime(2026, 1, 1, tzinfo=UTC), workspace, "256MB")
        delivery = discover()["files"].build({"exports": folder})
        assert set(delivery.fingerprints) == set(load_contract().entities)
        messages: list[str] = []
        items = delivery.extract(frozenset(entities), stamp, messages.append)
        return Extraction({item.entity: item for item in items}, messages)

    return run


FILES = discover()["files"]
FEW = replace(FILES, entities=frozenset({"clients", "deals"}))
"""The files sender with two entities only, because each relation costs a moment."""


class Home:
    """A warehouse of its own, loaded from a folder of exports."""

    def __init__(self, path: Path, source: Source = FEW) -> None:
        self.source = source
        self.warehouse = path / "warehouse.duckdb"
        self.pipelines_dir = path / "dlt"
        self.messages: list[str] = []

    def load(self, folder: Path, *accept_shrink: str) -> LoadReport:
        return load(
            self.source,
            warehouse=self.warehouse,
            pipelines_dir=self.pipelines_dir,
            options={"exports": folder},
            accept_shrink=accept_shrink,
            progress=self.messages.append,
        )

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute("set timezone = 'UTC'")
            return connection.execute(sql).fetchall()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")
