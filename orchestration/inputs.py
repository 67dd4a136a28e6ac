"""What a publication is made of. The same inputs give the same marts: a run that finds none changed builds nothing."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

from ingestion.source import discover
from orchestration.publication import find_current, read_inputs
from orchestration.resources import REPOSITORY, Settings

CODE = ("dbt_project", "data_quality", "orchestration")
SOURCE_SUFFIXES = frozenset({".py", ".sql", ".yml", ".csv", ".html"})
ENGINES = ("dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "numpy")


def fingerprint_inputs(settings: Settings) -> str:
    """A digest of what the senders delivered, of the as-of and known-on dates, of the code and of the engines.

    Call it after the load: what counts is what the warehouse holds.
    """
    from ingestion.warehouse import loaded_fingerprints

    senders = discover()
    made_of = {
        "as_of": settings.as_of.isoformat(),
        "known_on": settings.known_on.isoformat() if settings.known_on else None,
        "delivered": {name: loaded_fingerprints(senders[name], settings.warehouse) for name in settings.senders},
        "engines": {name: version(name) for name in ENGINES},
    }
    digest = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode())
    for path in sorted(path for folder in CODE for path in _sources(REPOSITORY / folder)):
        digest.update(path.relative_to(REPOSITORY).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def find_unchanged(settings: Settings) -> str | None:
    """The publication that readers have, if it was made of what a run would use now."""
    if read_inputs(settings.published) != fingerprint_inputs(settings):
        return None
    return find_current(settings.published)


def _sources(folder: Path) -> list[Path]:
    ignored = {"target", "logs", "__pycache__"}
    return [
        path
        for path in folder.rglob("*")
        if path.suffix in SOURCE_SUFFIXES and not ignored & set(path.relative_to(folder).parts)
    ]
