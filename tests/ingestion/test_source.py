"""A sender describes itself, and is found by being there."""

from pathlib import Path

import pytest

from ingestion import sources
from ingestion.source import Extracted, Source, discover


def build(_: object) -> None:
    raise AssertionError("not built here")


def test_the_senders_are_the_modules_of_the_folder() -> None:
    folder = Path(sources.__path__[0])
    assert set(discover()) == {path.stem for path in folder.iterdir() if not path.name.startswith("_")}
    assert discover()["files"].dataset == "raw_files"


@pytest.mark.parametrize(
    ("name", "entities", "may_shrink", "message"),
    [
        ("Files", {"deals"}, set(), "lower case"),
        ("files", set(), set(), "serves no entity"),
        ("files", {"deels"}, set(), "outside the contract: deels"),
        ("files", {"deals"}, {"dates"}, "outside the contract: dates"),
    ],
)
def test_a_source_validates_itself(name: str, entities: set[str], may_shrink: set[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Source(name, build, frozenset(entities), may_shrink=frozenset(may_shrink))  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize("content", ["", "SOURCE = 3"])
def test_a_module_without_a_source_is_an_error(content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "odd.py").write_text(content)
    monkeypatch.setattr(sources, "__path__", [str(tmp_path)])
    monkeypatch.delitem(__import__("sys").modules, "ingestion.sources.odd", raising=False)
    with pytest.raises(ValueError, match="sources/odd must expose SOURCE"):
        discover.__wrapped__()


def test_an_extraction_accounts_for_every_row() -> None:
    with pytest.raises(AssertionError, match="10 rows read, 9 accounted for"):
        Extracted("deals", Path(), None, rows_read=10, rows_loaded=7, rows_rejected=1, rows_duplicate=1)
