"""Numbers, dates and words as people write them, parsed by the declared format and by nothing else."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.contract import Column
from ingestion.sources.files import formats
from ingestion.sources.files.profile import Format

FRENCH = Format(thousands="\u202f", unit="€", negatives=("leading", "trailing", "parentheses"))
PLAIN = Format()


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


def read(duck: duckdb.DuckDBPyConnection, type_: str, text: str, format_: Format = PLAIN, **how: Any) -> Any:
    """What a cell becomes in a column of the type."""
    column = Column("x", type_, "optional", "")
    how = {"is_excel": False, "is_percent": False, "width": None, **how}
    parsed = formats.parsed(column, "t", format_, **how)
    query = (
        f"select {formats.fitted(column, 'v', format_)} from"
        f" (select {parsed} as v from (select {formats.cleaned('c', format_)} as t from (select ?::varchar as c)))"
    )
    row = duck.execute(query, [text]).fetchone()
    assert row
    return row[0]


def written(amount: Decimal, space: str, unit: str, negative: str) -> str:
    digits = f"{abs(amount):,.2f}".replace(",", space).replace(".", ",") + unit
    if amount >= 0:
        return digits
    return {"leading": f"-{digits}", "trailing": f"{digits}-", "parentheses": f"({digits})"}[negative]


@settings(max_examples=150, deadline=None)
@given(
    st.decimals("-9999999999.99", "9999999999.99", places=2),
    st.sampled_from([" ", "\u00a0", "\u202f"]),
    st.sampled_from(["", "€", " €", "\u00a0€"]),
    st.sampled_from(["leading", "trailing", "parentheses"]),
    st.sampled_from(["", " ", "\u00a0"]),
)
def test_a_french_amount_comes_back_to_the_cent(
    duck: duckdb.DuckDBPyConnection, amount: Decimal, space: str, unit: str, negative: str, around: str
) -> None:
    text = around + written(amount, space, unit, negative) + around
    assert read(duck, "money", text, FRENCH) == amount


@settings(max_examples=100, deadline=None)
@given(st.decimals("-999999999", "999999999", places=6))
def test_a_plain_number_comes_back_with_all_its_decimals(duck: duckdb.DuckDBPyConnection, number: Decimal) -> None:
    assert read(duck, "price", f"{number:f}".replace(".", ",")) == number


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789,. -+()€eE_xN\u202f", max_size=9))
def test_what_is_read_is_what_is_written(duck: duckdb.DuckDBPyConnection, text: str) -> None:
    """Whatever is accepted has the digits of the text, and no other."""
    amount = read(duck, "money", text, FRENCH)
    if amount is not None:
        shown = "".join(char for char in text.replace(",", ".") if char.isdigit() or char == ".")
        assert Decimal(shown) == abs(amount)


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "1.5",
        "1e3",
        "1_000",
        "0x1F",
        "NaN",
        "Infinity",
        "12,345",
        "1 000,00",
        "12,50-",
        "(12,50)",
        "12 €",
        "1,2,3",
        *("12,", ",5", "--1", "1e15", "1000000000000000", "#N/A", "NULL", "20 %"),
    ],
)
def test_what_is_not_declared_is_no_amount(duck: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read(duck, "money", text) is None


@pytest.mark.parametrize(
    "text", ["1 00,00", "12 34 567", "1  000", "\u202f", "€", "()", "12, €", "1 0000", "-(5)", "1.000,00"]
)
def test_marks_in_the_wrong_place_are_no_amount(duck: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read(duck, "money", text, FRENCH) is None


def test_marks_may_be_the_other_way_round(duck: duckdb.DuckDBPyConnection) -> None:
    english = Format(decimal=".", thousands=",")
    assert read(duck, "money", "1,234.50", english) == Decimal("1234.50")
    assert read(duck, "money", "1.234,50", english) is None
    assert read(duck, "money", "1.234,50", Format(thousands=".")) == Decimal("1234.50")


def test_float_noise_is_no_third_decimal_and_a_third_decimal_is_only_rounded_on_demand(
    duck: duckdb.DuckDBPyConnection,
) -> None:
    assert read(duck, "money", "0,30000000000000004") == Decimal("0.30")
    assert read(duck, "money", "12,345") is None
    assert read(duck, "money", "12,345", Format(round_amounts=True)) == Decimal("12.35")
    assert read(duck, "integer", "3") == 3
    assert read(duck, "integer", "3,5") is None


def test_a_percentage_is_declared(duck: duckdb.DuckDBPyConnection) -> None:
    assert read(duck, "ratio", "20 %", is_percent=True) == Decimal("0.20")
    assert read(duck, "ratio", "5,5", is_percent=True) == Decimal("0.055")
    assert read(duck, "ratio", "0,2") == Decimal("0.2")


@settings(max_examples=80, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%Y%m%d"]))
def test_a_date_comes_back(duck: duckdb.DuckDBPyConnection, day: date, pattern: str) -> None:
    assert read(duck, "date", day.strftime(pattern), Format(date_format=pattern)) == day


@settings(max_examples=60, deadline=None)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), st.sampled_from(["Europe/Paris", "America/Cayenne"]))
def test_an_instant_is_read_in_the_declared_time_zone(
    duck: duckdb.DuckDBPyConnection, instant: datetime, zone: str
) -> None:
    instant = instant.replace(second=0, microsecond=0)
    local = instant.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone))
    if local.replace(tzinfo=None).replace(tzinfo=ZoneInfo(zone)).utcoffset() != local.utcoffset() or local.fold:
        return  # written twice a year: no text can tell them apart
    if (local + timedelta(hours=1)).utcoffset() != (local - timedelta(hours=1)).utcoffset():
        return
    text = local.strftime("%d/%m/%Y %H:%M")
    assert read(duck, "instant", text, Format(timezone=zone)) == instant.replace(tzinfo=ZoneInfo("UTC"))


@pytest.mark.parametrize(
    "text",
    [
        "31/06/2026",
        "29/02/2025",
        "00/00/0000",
        "01/02/0206",
        "01/02/26",
        "2026-01-02",
        "1 mars 2026",
        "45000",
        "32/01/2026",
    ],
)
def test_what_is_no_declared_date_is_no_date(duck: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read(duck, "date", text) is None


def test_special_date_formats(duck: duckdb.DuckDBPyConnection) -> None:
    utc = ZoneInfo("UTC")
    assert read(duck, "date", "45000", Format(date_format="excel")) == date(2023, 3, 15)
    assert read(duck, "date", "abc", Format(date_format="excel")) is None
    assert read(duck, "instant", "45000,5", Format(instant_format="excel")) == datetime(2023, 3, 15, 11, tzinfo=utc)
    iso = Format(date_format="iso", instant_format="iso")
    assert read(duck, "date", "2026-02-03", iso) == date(2026, 2, 3)
    assert read(duck, "instant", "2026-07-03T10:00:00+01:00", iso) == datetime(2026, 7, 3, 9, tzinfo=utc)
    assert read(duck, "instant", "2026-07-03T10:00:00Z", iso) == datetime(2026, 7, 3, 10, tzinfo=utc)
    assert read(duck, "instant", "2026-07-03 10:00:00", iso) == datetime(2026, 7, 3, 8, tzinfo=utc)
    offset = Format(instant_format="%d/%m/%Y %H:%M %z")
    assert read(duck, "instant", "03/07/2026 10:00 +0000", offset) == datetime(2026, 7, 3, 10, tzinfo=utc)


@pytest.mark.parametrize(
    ("text", "value"), [("Oui", True), ("1", True), ("FAUX", False), ("0", False), ("peut-être", None)]
)
def test_booleans(duck: duckdb.DuckDBPyConnection, text: str, value: bool | None) -> None:
    assert read(duck, "boolean", text) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("732829320", "732829320"),
        ("42700013", "042700013"),
        ("732 829 320", "732829320"),
        ("73282932000074", "73282932000074"),
        ("FR12", "FR12"),
        ("7,32829E+08", None),
        ("7E8", None),
    ],
)
def test_lost_zeros_come_back_and_lost_digits_are_refused(
    duck: duckdb.DuckDBPyConnection, text: str, value: str | None
) -> None:
    assert read(duck, "text", text, width=9) == value


@pytest.mark.parametrize("text", ["Robert'); DROP TABLE clients;--", "NULL", "#N/A", "😀", "=1+1", "مرحبا", "é" * 300])
def test_text_is_kept_to_the_letter(duck: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read(duck, "text", f"\u00a0 {text}\t") == text


@pytest.mark.parametrize("text", ["", "  ", "\u00a0\u202f", "\t\r\n"])
def test_blanks_are_nothing(duck: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read(duck, "text", text) is None


def test_text_formulas_are_declared(duck: duckdb.DuckDBPyConnection) -> None:
    assert read(duck, "text", '="0123"', Format(text_formulas=True)) == "0123"
    assert read(duck, "text", '="0123"') == '="0123"'


def test_word_lists(duck: duckdb.DuckDBPyConnection) -> None:
    def word(text: str | None, values: dict[str, str]) -> Any:
        row = duck.execute(f"select {formats.mapped('t', values)} from (select ?::varchar as t)", [text]).fetchone()
        return row and row[0]

    assert word("Gagnée", {"Gagnée": "won"}) == "won"
    assert word("gagnée", {"Gagnée": "won"}) is None
    assert word("x", {"Gagnée": "won", "*": "open"}) == "open"
    assert word(None, {"Gagnée": "won", "*": "open"}) is None
    assert word(None, {"": "draft"}) == "draft"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("{a} - {b}", Decimal("7.5")),
        ("-{a}", Decimal(-10)),
        ("{a} * 0.2", Decimal(2)),
        ("({a} + {b}) / 2", Decimal("6.25")),
        ("{a} - {c|0}", Decimal(10)),
        ("{a} - {c}", None),
    ],
)
def test_arithmetic(duck: duckdb.DuckDBPyConnection, expression: str, value: Decimal | None) -> None:
    sql = formats.computed(expression, lambda header: header)
    row = duck.execute(
        f"select {sql} from (select 10::decimal(18,6) as a, 2.5::decimal(18,6) as b, null::decimal(18,6) as c)"
    ).fetchone()
    assert row == (value,)


@pytest.mark.parametrize("expression", ["{a}; drop table x", "a + b", "{a} ** {b} or 1=1", "{a|x}"])
def test_arithmetic_is_nothing_but_arithmetic(expression: str) -> None:
    with pytest.raises(ValueError, match=r"expected \{header\}"):
        formats.computed(expression, lambda header: header)
