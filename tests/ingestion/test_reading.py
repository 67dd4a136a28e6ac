"""Files as text: no cell lost, none invented, each with the line it stands on."""

import csv
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.sources.files.profile import Format
from ingestion.sources.files.reader import FileError, RawFile, read_file


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        yield connection


def read(duck: duckdb.DuckDBPyConnection, content: bytes, **how: object) -> tuple[RawFile, list[tuple[object, ...]]]:
    format_ = Format.model_validate({"encoding": "utf-8-sig", **how})
    with tempfile.TemporaryDirectory() as folder:
        path, target = Path(folder) / "export.csv", Path(folder) / "raw.parquet"
        path.write_bytes(content)
        raw = read_file(duck, path, "export.csv", format_, "", target)
        return raw, duck.execute(f"from read_parquet('{target}')").fetchall()


cells = st.text(
    st.one_of(st.sampled_from('";,\n\r é\u00a0€'), st.characters(exclude_categories=("Cs", "Cc"))), max_size=6
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=8), st.sampled_from([";", ",", "\t", "|"]))
def test_quoted_cells_come_back_on_their_lines(
    duck: duckdb.DuckDBPyConnection, rows: list[tuple[str, ...]], separator: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n")
    lines = []
    for row in [("a", "b", "c"), *rows]:
        lines.append(text.getvalue().count("\n") + 1)
        writer.writerow(row)
    raw, found = read(duck, text.getvalue().encode(), separator=separator)
    assert raw.broken == ()
    assert [tuple(cell or "" for cell in row[1:]) for row in found] == rows
    assert [row[0] for row in found] == lines[1:]


def test_broken_and_blank_lines_do_not_shift_the_others(duck: duckdb.DuckDBPyConnection) -> None:
    content = 'a;b\r\n1;x\r\n\r\n2;"deux\r\n\r\nlignes"\r\n3\r\n4;y\r\n5;y;z\r\n\r\n6;"ouverte" ;x\r\n7;z\r\n'
    for text in (content, content.replace("\r\n", "\n"), "\ufeff" + content):
        raw, rows = read(duck, text.encode())
        assert [(row[0], row[1]) for row in rows] == [(2, "1"), (4, "2"), (8, "4"), (12, "7")]
        assert [(line, text) for line, _, text in raw.broken] == [(7, "3"), (9, "5;y;z"), (11, '6;"ouverte" ;x')]
        assert "broken line: missing columns" in [reason for _, reason, _ in raw.broken]


def test_headers_may_span_lines_repeat_and_hide_blanks(duck: duckdb.DuckDBPyConnection) -> None:
    raw, rows = read(duck, '"Montant\nHT";Montant;Montant;Cle\u0301 ;\u00a0x\n1;2;3;4;5\n'.encode())
    assert raw.headers == ("Montant HT", "Montant#1", "Montant#2", "Clé", "x")
    assert rows == [(3, "1", "2", "3", "4", "5")]


def test_lines_above_the_header_are_skipped(duck: duckdb.DuckDBPyConnection) -> None:
    raw, rows = read(duck, b"Export du 3 mars\n\na;b\n1;2\n", skip_header=1)
    assert raw.headers == ("a", "b")
    assert rows == [(4, "1", "2")]


def test_stray_quotes_are_text(duck: duckdb.DuckDBPyConnection) -> None:
    _, rows = read(duck, 'a;b\n1;écran 24"\n2;="012"\n'.encode())
    assert [row[2] for row in rows] == ['écran 24"', '="012"']


@pytest.mark.parametrize("encoding", ["cp1252", "iso8859-15", "utf-16", "utf-8", "utf-8-sig"])
def test_every_declared_encoding_is_read(duck: duckdb.DuckDBPyConnection, encoding: str) -> None:
    _, rows = read(duck, "Clé;Montant\nà;1 €\n".encode(encoding), encoding=encoding)
    assert rows == [(2, "à", "1 €")]


def test_a_wrong_encoding_is_an_error_with_its_offset(duck: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(FileError, match=r"export\.csv: not utf-8-sig at byte 6\. .*write encoding: cp1252"):
        read(duck, "a;b\n1;é\n".encode("cp1252"))
    far = b"a;b\n" + b"1;x\n" * 600_000 + "2;é\n".encode("cp1252")
    with pytest.raises(FileError, match=f"at byte {len(far) - 2}"):
        read(duck, far, encoding="utf-8")
    torn = b"a;b\n" + b"x" * ((1 << 20) - 5) + "é".encode()[:1] + b"z\n"  # across the boundary of two reads
    with pytest.raises(FileError, match=f"at byte {(1 << 20) - 1}"):
        read(duck, torn, encoding="utf-8")
    with pytest.raises(FileError, match="not utf-8 at byte 6"):
        read(duck, b"a;b\n1;\xc3", encoding="utf-8")


def test_utf_8_read_as_cp1252_is_an_error_and_no_mojibake(duck: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(FileError, match="declared cp1252, but its accents are UTF-8"):
        read(duck, "a;b\n1;é\n".encode(), encoding="cp1252")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"the file is empty \(0 bytes\)"),
        (b"\n\n\n", "blank lines only"),
        ("a;b\n1;2\n".encode("utf-16-le"), "NUL byte"),
        (b"a;b\n1;\0\n", "NUL byte"),
    ],
)
def test_what_is_no_table_is_an_error(duck: duckdb.DuckDBPyConnection, content: bytes, message: str) -> None:
    with pytest.raises(FileError, match=f"export.csv: .*{message}"):
        read(duck, content)


def test_a_huge_cell_breaks_its_line_only(duck: duckdb.DuckDBPyConnection) -> None:
    raw, rows = read(duck, b"a;b\n1;" + b"x" * 3_000_000 + b"\n2;y\n")
    assert [row[1] for row in rows] + [line for line, _, _ in raw.broken] in (["2", 2], ["1", "2"])
