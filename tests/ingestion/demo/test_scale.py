"""The large exports: the size asked for, the same layout, amounts that add up, memory that does not grow."""

import csv
import shutil
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from stdnum.fr import siren, tva

from ingestion.demo import scale
from ingestion.demo.layout_books import SYSTEMS

LINES = 6000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    folder = tmp_path_factory.mktemp("large")
    return folder, scale.write_large(folder, LINES)


def read(folder: Path, name: str, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    with (folder / name).open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def total(rows: list[dict[str, str]], by: str, amount: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row[by]] += Decimal(row[amount].replace(",", "."))
    return dict(sums)


def header(path: Path) -> bytes:
    return path.read_bytes().split(b"\n")[0].strip()


def test_it_has_the_size_asked_for(large: tuple[Path, int]) -> None:
    folder, written = large
    assert abs(written - LINES) < 0.1 * LINES
    assert len(read(folder, "comptabilite/lignes_facture.csv")) == written
    assert 3.5 < written / len(read(folder, "comptabilite/factures.csv", "cp1252")) < 4.5


def test_it_has_the_files_and_headers_of_the_demo(large: tuple[Path, int], demo_dir: Path) -> None:
    for system in SYSTEMS:
        for table in system.tables:
            ours, theirs = (
                sorted((root / system.folder).glob(table.files or table.file_name))[0]
                for root in (large[0], demo_dir / "exports")
            )
            assert table.sheet or header(ours) == header(theirs)
        profile = Path(system.folder, "profile.yml")
        assert (large[0] / profile).read_text() == (demo_dir / "exports" / profile).read_text()


def test_its_documents_add_up(large: tuple[Path, int]) -> None:
    folder = large[0]
    invoices = read(folder, "comptabilite/factures.csv", "cp1252")
    lines, dues = (read(folder, f"comptabilite/{name}.csv") for name in ("lignes_facture", "echeances"))
    assert total(invoices, "N° pièce", "Total TTC") == total(lines, "N° pièce", "TTC")
    assert total(invoices, "N° pièce", "Total TTC") == total(dues, "N° pièce", "Montant TTC")
    for row in lines:
        ht, tax, ttc = (Decimal(row[name].replace(",", ".")) for name in ("HT", "TVA", "TTC"))
        assert ht + tax == ttc


def test_its_orders_are_never_invoiced_beyond_what_was_signed(large: tuple[Path, int]) -> None:
    signed = total(read(large[0], "gestion/lignes_commande.csv", "utf-8"), "Réf. ligne", "Montant TTC")
    invoiced = total(read(large[0], "comptabilite/lignes_facture.csv"), "Ligne de commande", "TTC")
    assert all(amount <= signed[line] for line, amount in invoiced.items())
    assert sum(invoiced[line] == signed[line] for line in invoiced) > 0.8 * len(invoiced)


def test_its_clients_are_one_company_in_three_systems(large: tuple[Path, int]) -> None:
    rows = read(large[0], "comptabilite/comptes_auxiliaires.csv")
    assert all(siren.is_valid(row["SIREN"]) and tva.is_valid(row["N° TVA"]) for row in rows)
    assert len({row["SIREN"] for row in rows}) == len(rows)
    assert {row["SIREN"] for row in rows} == {row["SIREN"] for row in read(large[0], "crm/comptes.csv")}


def test_chunks_do_not_change_the_layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys stay unique when the company is written in several chunks."""
    monkeypatch.setattr(scale, "CHUNK_DEALS", 100)
    scale.write_large(tmp_path, 2000)
    for name, key in (("crm/affaires.csv", "N° affaire"), ("comptabilite/reglements.csv", "N° règlement")):
        rows = read(tmp_path, name)
        assert len({row[key] for row in rows}) == len(rows) > 100
    shutil.rmtree(tmp_path)
