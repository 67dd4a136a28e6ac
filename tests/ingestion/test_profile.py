"""A profile is checked to the letter, and a mistake is answered with the name that was meant."""

from pathlib import Path
from typing import Any

import pytest

from ingestion.contract import load_contract
from ingestion.sources.files.profile import ProfileError, read_profile

GOOD = """\
system: crm
defaults: {thousands: "\\u202f"}
entities:
  owners:
    files: "*.csv"
    columns: {owner_id: No, team: Équipe}
"""


def read(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "profile.yml"
    path.write_text(text, encoding="utf-8")
    return read_profile(path, load_contract())


def test_a_scalar_is_what_is_written(tmp_path: Path) -> None:
    profile = read(tmp_path, GOOD)
    (owners,) = profile.entities["owners"]
    assert owners.columns == {"owner_id": "No", "team": "Équipe"}
    assert owners.thousands == "\u202f"
    assert profile.max_reject_ratio == 0.01


def test_defaults_give_way_to_the_entity(tmp_path: Path) -> None:
    profile = read(tmp_path, GOOD.replace('files: "*.csv"', 'files: "*.csv"\n    encoding: cp1252'))
    assert profile.entities["owners"][0].encoding == "cp1252"


@pytest.mark.parametrize(
    ("found", "replacement", "message"),
    [
        ("system: crm", "sistem: crm", r"top level: unknown key 'sistem' \(nearest: 'system'\)"),
        ("system: crm", "", "top level: the key 'system' is missing"),
        ("system: crm", "system: CRM 2", "system: .*found 'CRM 2'"),
        ("thousands", "thousand", r"defaults: unknown key 'thousand' \(nearest: 'thousands'\)"),
        ("files:", "file:", r"entities.owners: unknown key 'file' \(nearest: 'files'\)"),
        ("  owners:", "  owner:", r"unknown entity 'owner' \(nearest: 'owners'\)"),
        ("team: Éq", "teem: Éq", r"owners: columns: unknown column 'teem' \(nearest: 'team'\)"),
        (", team: Équipe", "", "owners: the required column 'team' is not filled"),
        ("thousands:", "encoding: utf-9, thousands:", "unknown encoding 'utf-9'"),
        (
            "thousands:",
            "timezone: Europe/Pari, thousands:",
            r"unknown time zone 'Europe/Pari' \(nearest: 'Europe/Paris'\)",
        ),
        ("thousands:", "date_format: jj/mm/aaaa, thousands:", "'jj/mm/aaaa' is not a date format"),
        ("thousands:", "decimal: x, thousands:", "decimal: .*found 'x'"),
        ("    columns", "    constants: {team: x}\n    columns", "owners: 'team' is filled twice"),
        ("    columns", "    values: {is_active: {x: true}}\n    columns", "values: 'is_active' has no file header"),
        ("    columns", "    references: {order_id: x}\n    columns", "references: unknown column 'order_id'"),
        ("    columns", "    files: again\n    columns", "line 5: 'files' is written twice"),
        ("system: crm", "system: [crm", "line 2: "),
        (GOOD, "- a list", "expected a mapping"),
        ("system: crm", "system: crm\nmax_reject_ratio: 2", "max_reject_ratio: .*found '2'"),
    ],
)
def test_a_mistake_is_named_with_the_file(tmp_path: Path, found: str, replacement: str, message: str) -> None:
    assert found in GOOD
    with pytest.raises(ProfileError, match=message) as error:
        read(tmp_path, GOOD.replace(found, replacement))
    assert str(error.value).startswith(f"{tmp_path / 'profile.yml'}: ")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"'teem'.*required column 'team'"):
        read(tmp_path, GOOD.replace("team", "teem"))


def test_a_profile_that_is_no_utf_8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "profile.yml").write_bytes(GOOD.encode("cp1252"))
    with pytest.raises(ProfileError, match="not UTF-8 at byte"):
        read_profile(tmp_path / "profile.yml", load_contract())
