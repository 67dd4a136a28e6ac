"""What makes a run build again, and what does not."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ingestion.source import discover
from ingestion.warehouse import load
from orchestration.inputs import find_unchanged, fingerprint_inputs
from orchestration.publication import INPUTS_NAME, switch
from orchestration.resources import Settings, load_settings

PROFILE = """
company: {name: Atelier Exemple}
system: crm
entities:
  owners:
    files: owners.csv
    columns: {owner_id: id, team: team}
"""


@pytest.fixture
def deliver(tmp_path: Path) -> Callable[..., Settings]:
    """Delivers and loads one team, seen on a day."""

    def load_team(team: str = "West", as_of: date = date(2026, 3, 31)) -> Settings:
        exports = tmp_path / "exports"
        exports.mkdir(exist_ok=True)
        (exports / "profile.yml").write_text(PROFILE)
        (exports / "owners.csv").write_text(f"id;team\n1;{team}\n")
        settings = load_settings(home=tmp_path / "home", files_dir=exports, as_of=as_of)
        load(
            discover()["files"],
            warehouse=settings.warehouse,
            pipelines_dir=settings.dlt,
            options=settings.sender_options,
        )
        return settings

    return load_team


def publish(settings: Settings, publication_id: str) -> None:
    """Leave what a publication leaves, as far as inputs go."""
    version = settings.published / "versions" / publication_id
    version.mkdir(parents=True)
    (version / INPUTS_NAME).write_text(fingerprint_inputs(settings))
    switch(settings.published, publication_id)


def test_nothing_is_unchanged_before_the_first_publication(deliver: Callable[..., Settings]) -> None:
    assert find_unchanged(deliver()) is None


def test_the_same_delivery_is_unchanged_even_when_loaded_again(deliver: Callable[..., Settings]) -> None:
    publish(deliver(), "1")
    settings = deliver("East")
    assert find_unchanged(settings) is None
    assert find_unchanged(deliver("West")) == "1"


def test_another_as_of_day_changes_the_inputs(deliver: Callable[..., Settings]) -> None:
    publish(deliver(), "1")
    assert find_unchanged(deliver(as_of=date(2026, 4, 30))) is None


def test_going_back_to_a_version_made_of_other_inputs_makes_the_next_run_build(
    deliver: Callable[..., Settings],
) -> None:
    publish(deliver("East"), "1")
    settings = deliver("West")
    publish(settings, "2")
    switch(settings.published, "1")
    assert find_unchanged(settings) is None
