"""The `files` sender: exports in CSV or Excel, described by a `profile.yml` per folder. See `docs/files-sender.md`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingestion.contract import load_contract
from ingestion.source import Delivery, Source


def build(options: Mapping[str, Any]) -> Delivery:
    """Read the profiles below `options["exports"]`: a folder with a `profile.yml`, or a folder of such folders.

    Raises ProfileError where a profile contradicts the contract, FileError where a file that it names is missing.
    """
    from ingestion.sources.files.delivery import FilesDelivery

    return FilesDelivery(Path(options["exports"]))


SOURCE = Source(name="files", build=build, entities=frozenset(load_contract().entities), cadence="daily")
