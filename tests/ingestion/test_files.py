"""The files sender: every row of an export is loaded, rejected, a duplicate, or filtered out; faults are named."""

import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ingestion.contract import IngestionError
from ingestion.guards import GuardError
from ingestion.sources.files.profile import ProfileError
from ingestion.sources.files.reader import FileError

from .conftest import DEALS, DEALS_CSV, Extraction, profile_of

Extract = Callable[..., Extraction]
DOCUMENTATION = Path(__file__).parents[2] / "docs" / "files-sender.md"
OWNERS = {"files": "o*.csv", "columns": {"owner_id": "N°", "team": "Équipe"}}


def write(folder: Path, entities: dict[str, Any], files: dict[str, str], **top: Any) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "profile.yml").write_text(profile_of(entities, **top), encoding="utf-8")
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def test_rows_are_typed_and_keys_are_qualified(deals: Path, extract: Extract) -> None:
    columns = (
        "deal_id, client_id, ht_doc_amount, outcome, created_at, source_system, is_deleted, source_file, source_line"
    )
    rows = extract(deals, "deals").rows("deals", columns)
    created = [
        datetime(2026, 1, 2, 9, tzinfo=UTC),
        datetime(2026, 7, 3, 7, 30, tzinfo=UTC),
        datetime(2026, 7, 3, 22, tzinfo=UTC),
    ]
    assert [row[4].astimezone(UTC) for row in rows] == created
    assert [(*row[:4], *row[5:]) for row in rows] == [
        ("crm:A1", "crm:C1", Decimal("1200.50"), "won", "crm", False, "affaires.csv", 2),
        ("crm:A2", "crm:C2", Decimal("-3.00"), "lost", "crm", False, "affaires.csv", 3),
        ("crm:A3", "crm:C2", None, "open", "crm", False, "affaires.csv", 4),
    ]


def test_an_entity_without_files_is_empty_and_has_its_shape(deals: Path, extract: Extract) -> None:
    extraction = extract(deals, "quotes")
    assert extraction.rows("quotes") == []
    assert extraction.items["quotes"].rows_read == 0


def test_every_row_is_accounted_for(exports: Path, extract: Extract) -> None:
    lines = (
        DEALS_CSV
        + "A4;C1;abc;Gagnée;02/01/2026 10:00\nA5;C1\nA1;C9;1;Perdue;02/01/2026 10:00\n;C1;1;Gagnée;02/01/2026 10:00\n"
    )
    lines += "A6;C1;1;Jamais vu;31/02/2026 10:00\nA7;C1;1;Brouillon;\nTotal;;1\n"
    mapping = {**DEALS, "where": {"État": {"not_in": ["Brouillon"]}}, "skip_footer": 1}
    extraction = extract(write(exports, {"deals": mapping}, {"affaires.csv": lines}), "deals")
    item = extraction.items["deals"]
    account = (item.rows_read, item.rows_loaded, item.rows_rejected, item.rows_duplicate, item.rows_filtered)
    assert account == (9, 3, 4, 1, 1)
    rejects = extraction.rejects("deals", "line_number, column_name, rejected_value, reason, line_text")
    assert sorted(rejects, key=lambda reject: reject[0]) == [
        (
            5,
            "ht_doc_amount",
            "abc",
            "not a number with at most 2 decimals (decimal ','), or too large",
            "A4;C1;abc;Gagnée;02/01/2026 10:00",
        ),
        (6, None, None, "broken line: missing columns", "A5;C1"),
        (8, "deal_id", None, "empty, and the column is required", ";C1;1;Gagnée;02/01/2026 10:00"),
        (
            9,
            "outcome",
            "Jamais vu",
            "no such word in the values of the profile; also wrong: created_at",
            "A6;C1;1;Jamais vu;31/02/2026 10:00",
        ),
    ]
    assert extraction.messages == ["deals: 3 rows from affaires.csv (4 rejected, 1 duplicates, 1 filtered out)"]
    assert item.totals == {"ht_doc_amount": Decimal("-2.00")}
    assert ("crm:A1", "crm:C9") in extraction.rows("deals", "deal_id, client_id"), "the last row of a key wins"


def test_too_many_rejects_stop_the_load_with_their_causes(exports: Path, extract: Extract) -> None:
    content = DEALS_CSV.replace("1200,50", "canari").replace("03/07/2026", "31/06/2026")
    write(exports, {"deals": DEALS}, {"affaires.csv": content}, max_reject_ratio=0.5)
    with pytest.raises(GuardError) as error:
        extract(exports, "deals")
    assert str(error.value) == (
        "deals: 2 of 3 rows rejected, more than max_reject_ratio 0.5 of profile.yml allows. Nothing was loaded."
        " created_at: not an instant written %d/%m/%Y %H:%M (1 rows, first in affaires.csv line 3);"
        " ht_doc_amount: not a number with at most 2 decimals (decimal ','), or too large"
        " (1 rows, first in affaires.csv line 2)"
    )


def test_several_files_are_appended_in_the_order_of_their_names(exports: Path, extract: Extract) -> None:
    files = {"o2.csv": "N°;Équipe\n1;Sud\n3;Est\n", "o1.csv": "N°;Équipe\n1;Nord\n2;Ouest\n"}
    extraction = extract(write(exports, {"owners": OWNERS}, files), "owners")
    assert extraction.rows("owners", "owner_id, team, source_file, source_line") == [
        ("crm:2", "Ouest", "o1.csv", 3),
        ("crm:1", "Sud", "o2.csv", 2),
        ("crm:3", "Est", "o2.csv", 3),
    ]
    assert extraction.items["owners"].files == ("o1.csv", "o2.csv")


def test_references_across_systems_are_qualified_by_the_system_that_knows_them(
    tmp_path: Path, extract: Extract
) -> None:
    root = tmp_path / "all"
    root.mkdir()
    write(root / "crm", {"owners": OWNERS}, {"o.csv": "N°;Équipe\n7;Nord\n"})
    clients = {"files": "c.csv", "columns": {"client_id": "Code", "client_name": "Nom", "owner_id": "Suivi par"}}
    files = {"c.csv": "Code;Nom;Suivi par\n411A;Dupont;7\n411B;Martin;\n"}
    write(root / "compta", {"clients": {**clients, "references": {"owner_id": "crm"}}}, files, system="compta")
    rows = extract(root, "clients").rows("clients", "client_id, owner_id, source_system, source_file")
    assert rows == [("compta:411A", "crm:7", "compta", "compta/c.csv"), ("compta:411B", None, "compta", "compta/c.csv")]

    write(root / "compta", {"clients": {**clients, "references": {"owner_id": "crn"}}}, files, system="compta")
    with pytest.raises(ProfileError, match=r"references: unknown system 'crn' \(nearest: 'crm'\)"):
        extract(root, "clients")
    write(root / "compta", {"clients": clients}, files, system="crm")
    with pytest.raises(ProfileError, match="the system 'crm' is that of compta/ too"):
        extract(root, "clients")


def test_numbers_units_padding_percentages_and_templates(exports: Path, extract: Extract) -> None:
    mapping = {
        "files": "l.csv",
        "columns": {
            "invoice_id": "F",
            "line_number": "L",
            "ht_doc_amount": "HT",
            "tax_rate_ratio": "Taux",
            "offer_id": "Art",
        },
        "templates": {"invoice_line_id": "{F}-{L}"},
        "computed": {"vat_doc_amount": "{HT} * 0.2", "ttc_doc_amount": "{HT} * 1.2 + {Port|0}"},
        "constants": {"line_role": "product"},
        "percent": ["tax_rate_ratio"],
        "pad": {"offer_id": 4},
        "thousands": " ",
        "unit": "€",
    }
    content = "F;L;HT;Taux;Port;Art\n1;1;1\u00a0000,01 €;20 %;;12\n1;2;x;20;3;12\n1;3;5;5,5;2;7E+9\n"
    extraction = extract(write(exports, {"invoice_lines": mapping}, {"l.csv": content}), "invoice_lines")
    columns = "invoice_line_id, offer_id, ht_doc_amount, tax_rate_ratio, vat_doc_amount, ttc_doc_amount"
    amounts = [Decimal("1000.01"), Decimal("0.200000"), Decimal("200.00"), Decimal("1200.01")]
    assert extraction.rows("invoice_lines", columns) == [("crm:1-1", "crm:0012", *amounts)]
    assert sorted(extraction.rejects("invoice_lines", "line_number, column_name")) == [
        (3, "ht_doc_amount"),
        (4, "offer_id"),
    ]


def documented(name: str, tmp_path: Path) -> Path:
    """The example of the documentation, as files."""
    blocks = re.findall(r"^```\w+ file=(\S+)\n(.*?)^```", DOCUMENTATION.read_text(encoding="utf-8"), re.S | re.M)
    for path, content in blocks:
        if path.startswith(f"{name}/"):
            target = tmp_path / path
            target.parent.mkdir(exist_ok=True)
            target.write_text(content, encoding="cp1252" if path.endswith("ventes.csv") else "utf-8")
    return tmp_path / name


def test_the_documented_crm_needs_a_profile_and_nothing_else(tmp_path: Path, extract: Extract) -> None:
    extraction = extract(documented("crm", tmp_path), "deals", "clients", "owners")
    columns = "deal_id, deal_name, client_id, owner_id, outcome, ht_doc_amount, currency_code, created_at, closed_at"
    first, second, third = extraction.rows("deals", columns)
    assert first[:7] == (
        "crm:9001", "Fit-out, phase 1", "crm:501", "crm:Team West", "won", Decimal("12400.50"), "EUR"
    )  # fmt: skip
    assert first[7].astimezone(UTC) == datetime(2026, 1, 12, 8, 30, tzinfo=UTC)
    assert (second[4], second[5], second[8]) == ("open", None, None)
    assert third[4] == "lost"
    assert sorted(extraction.rows("clients", "client_id, client_name")) == [
        ("crm:501", "Menuiserie Le Goff"),
        ("crm:502", "Hôtel du Port"),
    ]
    assert extraction.items["clients"].rows_duplicate == 1
    assert len(extraction.rows("owners")) == 2


def test_the_documented_list_of_invoices_feeds_five_entities(tmp_path: Path, extract: Extract) -> None:
    entities = ("clients", "invoices", "instalments", "payments", "allocations")
    extraction = extract(documented("ventes", tmp_path), *entities)
    assert [extraction.items[entity].rows_loaded for entity in entities] == [2, 3, 3, 1, 1]
    assert all(extraction.items[entity].rows_rejected == 0 for entity in entities)
    columns = "invoice_id, doc_type, issued_on, ht_doc_amount, vat_doc_amount, ttc_doc_amount"
    assert extraction.rows("invoices", columns) == [
        ("ventes:F-101", "invoice", date(2026, 1, 5), Decimal("1000.00"), Decimal("200.00"), Decimal("1200.00")),
        ("ventes:F-102", "invoice", date(2026, 1, 20), Decimal("500.00"), Decimal("100.00"), Decimal("600.00")),
        ("ventes:A-103", "credit_note", date(2026, 2, 2), Decimal("-100.00"), Decimal("-20.00"), Decimal("-120.00")),
    ]
    assert extraction.rows("instalments", "instalment_id, invoice_id, due_on")[0] == (
        "ventes:F-101-1", "ventes:F-101", date(2026, 2, 4)
    )  # fmt: skip
    assert extraction.rows("payments", "payment_id, paid_on, paid_doc_amount") == [
        ("ventes:P-F-101", date(2026, 2, 10), Decimal("1200.00"))
    ]
    assert extraction.rows("allocations", "allocation_id, payment_id, instalment_id, allocated_on") == [
        ("ventes:A-F-101", "ventes:P-F-101", "ventes:F-101-1", date(2026, 2, 10))
    ]


FAULTS = [
    ({"files": "deals*.csv"}, {}, r"profile\.yml: deals: no file matches 'deals\*\.csv'"),
    ({"files": "afaires.csv"}, {}, r"no file matches 'afaires\.csv' \(nearest: 'affaires\.csv'\)"),
    (
        {},
        {"Montant": "Montant HT"},
        r"affaires\.csv: expected the column 'Montant' \(deals\).*\(nearest: 'Montant HT'\)",
    ),
    ({"separator": ","}, {}, r"expected the column .*The header is one cell: is the separator a semicolon\?"),
    ({}, {"Montant;État": "Montant;Montant"}, r"several columns are called 'Montant'.*'Montant#1' or 'Montant#2'"),
    (
        {},
        {DEALS_CSV[DEALS_CSV.index("\n") + 1 :]: ""},
        r"affaires\.csv: no row under the header \(deals\).*may_be_empty: true",
    ),
    ({}, {DEALS_CSV: ""}, r"affaires\.csv: the file is empty"),
    ({"where": {"État": {"equals": "x", "in": ["y"]}}}, {}, "where: 'État' needs exactly one rule"),
    ({"computed": {"probability_ratio": "{Montant} +* x"}}, {}, "computed: probability_ratio: cannot read"),
]


@pytest.mark.parametrize(("mapping", "changes", "message"), FAULTS)
def test_a_fault_is_named_with_what_to_do(
    exports: Path, extract: Extract, mapping: dict[str, Any], changes: dict[str, str], message: str
) -> None:
    content = DEALS_CSV
    for found, replacement in changes.items():
        assert found in content
        content = content.replace(found, replacement, 1)
    write(exports, {"deals": {**DEALS, **mapping}}, {"affaires.csv": content})
    with pytest.raises(IngestionError, match=message):
        extract(exports, "deals")


def test_a_file_may_be_declared_empty(exports: Path, extract: Extract) -> None:
    header = DEALS_CSV.partition("\n")[0]
    write(exports, {"deals": {**DEALS, "may_be_empty": True}}, {"affaires.csv": header})
    assert extract(exports, "deals").items["deals"].rows_read == 0


def test_a_folder_without_profile_and_no_folder_are_errors(tmp_path: Path, extract: Extract) -> None:
    with pytest.raises(FileError, match=r"no profile\.yml, neither here nor one folder below"):
        extract(tmp_path, "deals")
    with pytest.raises(FileError, match="no such folder"):
        extract(tmp_path / "absent", "deals")


def test_headers_that_nothing_uses_are_reported(deals: Path, extract: Extract) -> None:
    path = deals / "affaires.csv"
    path.write_text(path.read_text().replace("État", "État;Nouveau").replace(";Gagnée", ";Gagnée;x"))
    content = "N°;Client;Montant;État;Créée le;Nouveau\nA1;C1;1;Gagnée;02/01/2026 10:00;canari\n"
    path.write_text(content)
    assert extract(deals, "deals").items["deals"].notes == ("affaires.csv: not used: Nouveau",)


def workbook(path: Path, rows: list[list[Any]], sheet: str = "Export") -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Notes")
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(row)
    book.save(path)


def test_a_workbook_is_read_like_a_file(exports: Path, extract: Extract) -> None:
    instant = datetime(2026, 7, 3, 9, 30)
    rows: list[list[Any]] = [
        ["N°", "Client", "Montant", "État", "Créée le"],
        ["A1", 12, 0.1 + 0.2, "Gagnée", instant],
        [],
        ["A2", 13.0, "1200,50", "Perdue", "03/07/2026 09:30"],
        ["A3", 14, 1e15, "Perdue", instant],
    ]
    workbook(exports / "affaires.xlsx", rows)
    write(exports, {"deals": {**DEALS, "files": "affaires.xlsx", "sheet": "Export"}}, {})
    extraction = extract(exports, "deals")
    found = extraction.rows("deals", "deal_id, client_id, ht_doc_amount, created_at, source_line")
    assert [(*row[:3], row[3].astimezone(UTC), row[4]) for row in found] == [
        ("crm:A1", "crm:12", Decimal("0.30"), datetime(2026, 7, 3, 7, 30, tzinfo=UTC), 2),
        ("crm:A2", "crm:13", Decimal("1200.50"), datetime(2026, 7, 3, 7, 30, tzinfo=UTC), 4),
    ]
    assert extraction.rejects("deals", "line_number, column_name") == [(5, "ht_doc_amount")]


def test_serial_dates_of_a_workbook_are_declared(exports: Path, extract: Extract) -> None:
    workbook(
        exports / "c.xlsx", [["Code", "Nom", "Créé"], ["1", "Dupont", 45000], ["2", "Martin", datetime(2026, 1, 2)]]
    )
    columns = {"client_id": "Code", "client_name": "Nom", "created_on": "Créé"}
    write(exports, {"clients": {"files": "c.xlsx", "sheet": "Export", "columns": columns, "date_format": "excel"}}, {})
    rows = extract(exports, "clients").rows("clients", "client_id, created_on")
    assert rows == [("crm:1", date(2023, 3, 15)), ("crm:2", date(2026, 1, 2))]


def test_faults_of_workbooks_are_named(exports: Path, extract: Extract) -> None:
    write(exports, {"deals": {**DEALS, "files": "a.xlsx", "sheet": "Exports"}}, {"a.xlsx": "not a workbook"})
    with pytest.raises(FileError, match=r"a\.xlsx: not an Excel workbook"):
        extract(exports, "deals")
    workbook(exports / "a.xlsx", [])
    with pytest.raises(FileError, match=r"no sheet 'Exports' \(nearest: 'Export'\)"):
        extract(exports, "deals")
    write(exports, {"deals": {**DEALS, "files": "a.xlsx", "sheet": "Export"}}, {})
    with pytest.raises(FileError, match="the sheet is empty"):
        extract(exports, "deals")


def test_a_workbook_with_an_empty_fill_is_read(exports: Path, extract: Extract) -> None:
    """Excel opens such a workbook, and many programs write it."""
    workbook(exports / "good.xlsx", [["N°", "Équipe"], ["1", "Nord"]])
    with zipfile.ZipFile(exports / "good.xlsx") as good, zipfile.ZipFile(exports / "o.xlsx", "w") as odd:
        for name in good.namelist():
            text = good.read(name)
            odd.writestr(name, re.sub(rb"<fills.*</fills>", b'<fills count="1"><fill/></fills>', text))
    write(exports, {"owners": {**OWNERS, "files": "o.xlsx", "sheet": "Export"}}, {})
    assert extract(exports, "owners").rows("owners", "owner_id, team") == [("crm:1", "Nord")]


def test_a_line_that_is_broken_for_two_mappings_is_one_reject(exports: Path, extract: Extract) -> None:
    mappings = [{**OWNERS, "where": {"N°": {"equals": "1"}}}, {**OWNERS, "where": {"N°": {"not_in": ["1", "3"]}}}]
    write(exports, {"owners": mappings}, {"o.csv": "N°;Équipe\n1;Nord\n2\n3;Sud\n"})
    extraction = extract(exports, "owners")
    item = extraction.items["owners"]
    assert (item.rows_read, item.rows_loaded, item.rows_rejected, item.rows_filtered) == (5, 1, 1, 3)
    assert extraction.rejects("owners") == [(3, None, "broken line: missing columns")]
