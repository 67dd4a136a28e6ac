"""What the exports promise: the contract, French conventions, amounts that add up as written in the files."""

import csv
import hashlib
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from stdnum.fr import siren as siren_rules
from stdnum.fr import tva

from ingestion.demo import write_demo
from ingestion.demo.facts import Log
from ingestion.demo.layout import System
from ingestion.demo.layout_books import SYSTEMS
from ingestion.demo.simulation import simulate

CONTRACT: dict[str, Any] = yaml.safe_load((Path(__file__).parents[3] / "ingestion" / "contract.yml").read_text())
ZERO = Decimal(0)
Rows = list[dict[str, str]]


def read(demo_dir: Path, folder: str, entity: str) -> Rows:
    """Read an entity as its profile says, under canonical names, values as written."""
    profile = yaml.safe_load((demo_dir / "exports" / folder / "profile.yml").read_text())
    spec = profile["entities"][entity]
    rows: Rows = []
    for path in sorted((demo_dir / "exports" / folder).glob(spec["files"])):
        encoding = spec.get("encoding", profile["defaults"]["encoding"])
        with path.open(encoding=encoding, newline="") as file:
            lines = list(csv.DictReader(file, delimiter=profile["defaults"]["separator"]))
        for line in lines[: len(lines) - spec.get("skip_footer", 0)]:
            if all(line[header] == rule["equals"] for header, rule in spec.get("where", {}).items()):
                rows.append({name: line[header] for name, header in spec["columns"].items()})
    return rows


def money(written: str) -> Decimal:
    return Decimal(written.replace("\u202f", "").replace("\u00a0", "").replace(",", "."))


def total(rows: Rows, by: str, amount: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row[by]] += money(row[amount])
    return dict(sums)


def digest(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_bytes(demo_dir: Path, tmp_path: Path) -> None:
    write_demo(tmp_path / "exports", tmp_path / "truth", seed=7)
    assert digest(tmp_path) == digest(demo_dir)


def test_another_seed_gives_another_company(log: Log) -> None:
    assert simulate(8).payments != log.payments


def test_every_entity_of_the_contract_is_exported(demo_dir: Path) -> None:
    entities = [name for system in SYSTEMS for name in _profile(demo_dir, system.folder)["entities"]]
    assert sorted({*entities}) == sorted(CONTRACT["entities"])
    assert entities.count("clients") == 3 and len(entities) == len(CONTRACT["entities"]) + 2


def _profile(demo_dir: Path, folder: str) -> dict[str, Any]:
    profile: dict[str, Any] = yaml.safe_load((demo_dir / "exports" / folder / "profile.yml").read_text())
    return profile


@pytest.mark.parametrize("folder", [system.folder for system in SYSTEMS])
def test_a_profile_gives_what_the_contract_requires(demo_dir: Path, folder: str) -> None:
    for entity, spec in _profile(demo_dir, folder)["entities"].items():
        columns = CONTRACT["entities"][entity]["columns"]
        given = {*spec["columns"], *spec.get("constants", {})}
        assert given <= set(columns), entity
        assert {name for name, (_, presence, _) in columns.items() if presence != "optional"} <= given, entity


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.code)
def test_a_reference_names_the_system_that_knows_the_key(demo_dir: Path, system: System) -> None:
    keys = {
        "order_id": "gestion",
        "order_line_id": "gestion",
        "offer_id": "gestion",
        "deal_id": "crm",
        "quote_id": "crm",
    }
    for entity, spec in _profile(demo_dir, system.folder)["entities"].items():
        foreign = {name: home for name, home in keys.items() if name in spec["columns"] and home != system.code}
        assert spec.get("references", {}) == foreign, entity


@pytest.mark.parametrize("folder", [system.folder for system in SYSTEMS])
def test_keys_are_unique_and_required_fields_are_filled(demo_dir: Path, folder: str) -> None:
    for entity, spec in _profile(demo_dir, folder)["entities"].items():
        if "sheet" in spec:
            continue
        rows, columns = read(demo_dir, folder, entity), CONTRACT["entities"][entity]["columns"]
        key = next(name for name, (_, presence, _) in columns.items() if presence == "key")
        # The turn of a fiscal year is in two files, as in life; everything else is there once.
        repeated = 12 * 2 if entity == "time_entries" else 0
        assert len(rows) - len({row[key] for row in rows}) == repeated, entity
        for name in spec["columns"]:
            if columns[name][1] != "optional":
                assert all(row[name] for row in rows), (entity, name)


def test_references_lead_somewhere(demo_dir: Path) -> None:
    def keys(folder: str, entity: str, name: str) -> set[str]:
        return {row[name] for row in read(demo_dir, folder, entity)}

    orders, deals = keys("gestion", "orders", "order_id"), keys("crm", "deals", "deal_id")
    invoices, payments = keys("comptabilite", "invoices", "invoice_id"), keys("comptabilite", "payments", "payment_id")
    assert keys("comptabilite", "invoices", "order_id") <= {*orders, ""}
    assert keys("comptabilite", "allocations", "invoice_id") <= invoices
    assert keys("comptabilite", "allocations", "payment_id") <= {*payments, ""}
    assert keys("gestion", "orders", "deal_id") <= deals
    assert keys("gestion", "time_entries", "order_id") <= {*orders, ""}
    for folder, entity in (("crm", "deals"), ("gestion", "orders"), ("comptabilite", "invoices")):
        assert keys(folder, entity, "client_id") <= keys(folder, "clients", "client_id")
    assert keys("comptabilite", "payments", "client_id") <= keys("comptabilite", "clients", "client_id")


def test_documents_add_up(demo_dir: Path) -> None:
    invoices = read(demo_dir, "comptabilite", "invoices")
    lines, instalments = (read(demo_dir, "comptabilite", name) for name in ("invoice_lines", "instalments"))
    for row in [*invoices, *lines]:
        assert money(row["ht_doc_amount"]) + money(row["vat_doc_amount"]) == money(row["ttc_doc_amount"])
    for amount in ("ht_doc_amount", "vat_doc_amount", "ttc_doc_amount"):
        assert total(invoices, "invoice_id", amount) == total(lines, "invoice_id", amount)
    assert total(invoices, "invoice_id", "ttc_doc_amount") == total(instalments, "invoice_id", "ttc_doc_amount")


def test_a_line_bears_the_vat_of_its_rate(demo_dir: Path) -> None:
    for row in read(demo_dir, "comptabilite", "invoice_lines"):
        exact = money(row["ht_doc_amount"]) * money(row["tax_rate_ratio"])
        assert abs(exact - money(row["vat_doc_amount"])) <= Decimal("0.02"), row


def test_matches_stay_within_payments_and_dues(demo_dir: Path) -> None:
    allocations = read(demo_dir, "comptabilite", "allocations")
    payments = {row["payment_id"]: row for row in read(demo_dir, "comptabilite", "payments")}
    currencies = {row["invoice_id"]: row["currency_code"] for row in read(demo_dir, "comptabilite", "invoices")}
    # A payment that the client's bank changed is in another currency than what it is matched with.
    changed = {
        row["payment_id"]
        for row in allocations
        if row["payment_id"] and payments[row["payment_id"]]["currency_code"] != currencies[row["invoice_id"]]
    }
    assert len(changed) < 10
    for payment_id, matched in total(allocations, "payment_id", "allocated_doc_amount").items():
        if payment_id and payment_id not in changed:
            assert abs(matched) <= money(payments[payment_id]["paid_doc_amount"])
    kept = [row for row in allocations if payments.get(row["payment_id"], {}).get("state") != "Impayé"]
    due = total(read(demo_dir, "comptabilite", "invoices"), "invoice_id", "ttc_doc_amount")
    for invoice_id, settled in total(kept, "invoice_id", "allocated_doc_amount").items():
        assert min(due[invoice_id], ZERO) <= settled <= max(due[invoice_id], ZERO)


def test_the_residual_is_what_matches_leave(demo_dir: Path) -> None:
    allocations = read(demo_dir, "comptabilite", "allocations")
    bounced = {row["payment_id"] for row in read(demo_dir, "comptabilite", "payments") if row["state"] == "Impayé"}
    kept = [row for row in allocations if row["payment_id"] not in bounced]
    settled = total(kept, "invoice_id", "allocated_doc_amount")
    for note, used in total(allocations, "credit_note_id", "allocated_doc_amount").items():
        settled[note] = settled.get(note, Decimal(0)) - used
    for row in read(demo_dir, "comptabilite", "invoices"):
        if row["state"] == "Validée":
            left = money(row["ttc_doc_amount"]) - settled.get(row["invoice_id"], Decimal(0))
            assert left == money(row["residual_reported_doc_amount"]), row["invoice_id"]


def test_identities_are_well_formed(demo_dir: Path) -> None:
    rows = [row for system in SYSTEMS for row in read(demo_dir, system.folder, "clients")]
    for row in rows:
        assert not row["siren"] or siren_rules.is_valid(row["siren"])
        assert not row["vat_number"].startswith("FR") or tva.is_valid(row["vat_number"])
        # No SIREN in use begins with 0: the companies are invented, and so is every domain.
        assert not row["siren"] or row["siren"].startswith("0")
        assert not row.get("email_domain") or row["email_domain"].endswith(".example")


def test_files_follow_french_conventions(demo_dir: Path) -> None:
    exports = demo_dir / "exports"
    assert (exports / "crm" / "affaires.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert "\u202f" in (exports / "crm" / "affaires.csv").read_text(encoding="utf-8-sig")
    assert "\u00a0" in (exports / "gestion" / "charges.csv").read_text(encoding="utf-8")
    windows = (exports / "comptabilite" / "factures.csv").read_bytes()
    assert "Validée" in windows.decode("cp1252")
    with pytest.raises(UnicodeDecodeError):
        windows.decode("utf-8")
    assert len(list((exports / "gestion").glob("temps_*.csv"))) == 3


def test_the_price_list_is_a_real_workbook(demo_dir: Path) -> None:
    sheet = openpyxl.load_workbook(demo_dir / "exports" / "gestion" / "tarifs.xlsx")["Tarifs"]
    header, first, *_ = sheet.iter_rows(values_only=True)
    assert header == ("Réf.", "Code article", "Du", "Au", "Prix HT")
    assert first == ("CV10-2023", "CV10", datetime(2023, 10, 1), datetime(2023, 12, 31), 420)
