"""Settings: defaults, the environment, and errors that say which value, why, and what is allowed."""

import os
import re
from datetime import date
from pathlib import Path

import pytest

from orchestration.resources import (
    REPOSITORY,
    Settings,
    SettingsError,
    environment,
    export_settings,
    load_settings,
    today,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PILOTAGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


def test_an_empty_environment_has_defaults() -> None:
    settings = load_settings()
    assert settings.home == ROOT / ".data"
    assert settings.warehouse == ROOT / ".data" / "warehouse.duckdb"
    assert settings.exports == ROOT / ".data" / "demo" / "exports"
    assert settings.senders == ("files",)
    assert settings.as_of == today()
    assert settings.accept_shrink == ()


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTAGE_HOME", "elsewhere/Données été")
    monkeypatch.setenv("PILOTAGE_AS_OF", "2026-09-30")
    monkeypatch.setenv("PILOTAGE_ACCEPT_SHRINK", "raw_files.deals, raw_files.costs")
    monkeypatch.setenv("PILOTAGE_FILES_DIR", "")
    settings = load_settings()
    assert settings.home == REPOSITORY / "elsewhere" / "Données été"
    assert settings.exports == settings.home / "demo" / "exports"
    assert settings.as_of == date(2026, 9, 30)
    assert settings.accept_shrink == ("raw_files.deals", "raw_files.costs")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PILOTAGE_AS_OF", "30/09/2026", "a date written YYYY-MM-DD"),
        ("PILOTAGE_SENDERS", "files,salesforce", "no sender is named salesforce; the known ones are: files"),
        ("PILOTAGE_SENDERS", ",", "no sender is named; the known ones are: files"),
        ("PILOTAGE_ACCEPT_SHRINK", "deals", "deals is not written raw_<sender>.<entity>"),
        ("PILOTAGE_MEMORY_LIMIT", "plenty", "a size that DuckDB understands, for instance 2GB"),
    ],
)
def test_a_wrong_value_says_which_why_and_what_is_allowed(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        load_settings()
    message = str(error.value)
    assert message.startswith(f"{name}={value} cannot be used: ")
    assert told in message
    assert "\n" not in message
    assert "For further information" not in message


def test_all_wrong_values_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTAGE_AS_OF", "soon")
    monkeypatch.setenv("PILOTAGE_MEMORY_LIMIT", "plenty")
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert len(str(error.value).splitlines()) == 2


def test_every_variable_is_documented() -> None:
    documented = set(re.findall(r"^#(PILOTAGE_\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert documented == {f"PILOTAGE_{name.upper()}" for name in Settings.model_fields}


def test_exported_settings_are_read_back_equal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    settings = load_settings(home=tmp_path, as_of=date(2026, 9, 30), accept_shrink=("raw_files.deals",))
    export_settings(settings)
    exported = {key: value for key, value in os.environ.items() if key.startswith("PILOTAGE_")}
    assert exported["PILOTAGE_HOME"] == str(tmp_path)
    assert exported["PILOTAGE_ACCEPT_SHRINK"] == "raw_files.deals"
    assert set(exported) == {f"PILOTAGE_{name.upper()}" for name in Settings.model_fields}


def test_a_block_of_environment_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTAGE_HOME", "before")
    with environment({"PILOTAGE_HOME": "inside", "PILOTAGE_TEMP_DIR": "inside"}):
        assert os.environ["PILOTAGE_HOME"] == "inside"
    assert os.environ["PILOTAGE_HOME"] == "before"
    assert "PILOTAGE_TEMP_DIR" not in os.environ
