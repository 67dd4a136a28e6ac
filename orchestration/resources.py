"""Settings: what the environment says, read here and nowhere else.

Every variable starts with `PILOTAGE_`, may be written in `.env` at the root of the repository, and is documented in
`.env.example`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

REPOSITORY = Path(__file__).resolve().parents[1]
TIMEZONE = "Europe/Paris"

QUIET = {
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "WARNING",
}
"""What keeps the libraries from reporting their use, in the words of each."""


class PipelineError(Exception):
    """Something that a person can mend: the message says what, which, and what to do. Shown without a traceback."""


class SettingsError(PipelineError):
    """The environment holds a value that cannot be used: the message says which, why and what is allowed."""


def today() -> date:
    """The business day: the date in Paris."""
    return datetime.now(ZoneInfo(TIMEZONE)).date()


def _split(value: object) -> object:
    """A comma list as a tuple; an empty text is an empty list."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _resolve(value: object) -> object:
    """A folder; a relative one is meant from the root of the repository, wherever the command is typed."""
    return REPOSITORY / Path(value).expanduser() if isinstance(value, str | Path) else value


CommaList = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Folder = Annotated[Path, BeforeValidator(_resolve)]


class Settings(BaseSettings):
    """The configuration of one installation. Build it with `load_settings`, whose errors are meant for a person."""

    model_config = SettingsConfigDict(
        env_prefix="PILOTAGE_",
        env_file=REPOSITORY / ".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    home: Folder = Field(default=REPOSITORY / ".data", description="a folder that can be written")
    senders: CommaList = Field(default=("files",), description="a comma list of the senders found in ingestion/sources")
    files_dir: Folder | None = Field(default=None, description="the folder of the exports, with its profile.yml")
    as_of: date = Field(default_factory=today, description="a date written YYYY-MM-DD, for instance 2026-09-30")
    known_on: date | None = Field(default=None, description="a date written YYYY-MM-DD, for instance 2026-09-30")
    accept_shrink: CommaList = Field(
        default=(), description="a comma list of raw relations, for instance raw_files.deals"
    )
    memory_limit: str = Field(default="2GB", description="a size that DuckDB understands, for instance 2GB or 800MB")

    @field_validator("senders")
    @classmethod
    def _only_known_senders(cls, senders: tuple[str, ...]) -> tuple[str, ...]:
        from ingestion.source import discover

        known = sorted(discover())
        if unknown := [name for name in senders if name not in known]:
            raise ValueError(f"no sender is named {', '.join(unknown)}; the known ones are: {', '.join(known)}")
        if not senders:
            raise ValueError(f"no sender is named; the known ones are: {', '.join(known)}")
        return senders

    @field_validator("accept_shrink")
    @classmethod
    def _only_relations(cls, relations: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [name for name in relations if not re.fullmatch(r"raw_\w+\.\w+", name)]:
            raise ValueError(f"{', '.join(wrong)} is not written raw_<sender>.<entity>")
        return relations

    @field_validator("memory_limit")
    @classmethod
    def _only_sizes(cls, size: str) -> str:
        if not re.fullmatch(r"\d+(\.\d+)?\s?([KMGT]i?B)", size):
            raise ValueError("not a size with its unit")
        return size

    @cached_property
    def exports(self) -> Path:
        """Folder that the `files` sender reads: the demo company's, unless another is named."""
        return self.files_dir or self.demo / "exports"

    @property
    def sender_options(self) -> dict[str, Path]:
        """What the senders read of the settings."""
        return {"exports": self.exports}

    @property
    def demo(self) -> Path:
        """The demo company: its exports, and the truth of its simulator."""
        return self.home / "demo"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that the pipeline writes and nobody else opens."""
        return self.home / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """What readers open."""
        return self.home / "published"

    @property
    def frozen(self) -> Path:
        """Snapshots that cannot be made again: to be backed up with the exports."""
        return self.home / "frozen"

    @property
    def dagster(self) -> Path:
        """Runs, events and logs of Dagster."""
        return self.home / "dagster"

    @property
    def dlt(self) -> Path:
        """Working folder of dlt."""
        return self.home / "dlt"

    @property
    def dbt_target(self) -> Path:
        """Artefacts of dbt: manifest, compiled SQL, results of the last run."""
        return self.home / "dbt" / "target"

    @property
    def dbt_logs(self) -> Path:
        """Log of dbt."""
        return self.home / "dbt" / "logs"

    @property
    def spill(self) -> Path:
        """Where DuckDB puts what does not fit in memory."""
        return self.home / "tmp"

    def duckdb_config(self) -> dict[str, str | bool]:
        """What every DuckDB connection of this layer is opened with: bounded memory, no order, no downloads."""
        return {
            "memory_limit": self.memory_limit,
            "temp_directory": str(self.spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            # A table has no order to keep, and keeping it costs a fifth of a publication.
            "preserve_insertion_order": False,
        }

    def dbt_environment(self) -> dict[str, str]:
        """What the dbt project reads from its environment."""
        return {
            "PILOTAGE_WAREHOUSE": str(self.warehouse),
            "PILOTAGE_SENDERS": ",".join(self.senders),
            "PILOTAGE_AS_OF": self.as_of.isoformat(),
            "PILOTAGE_KNOWN_ON": self.known_on.isoformat() if self.known_on else "",
            "PILOTAGE_MEMORY_LIMIT": self.memory_limit,
            "PILOTAGE_TEMP_DIR": str(self.spill),
        }


def load_settings(**overrides: Any) -> Settings:
    """The settings of the environment, of `.env` and of the defaults, in that order; `overrides` go first.

    Raises SettingsError, one line per wrong value.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(error.errors()))) from None


def _explain(errors: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for error in errors:
        field = str(error["loc"][0])
        cause = error.get("ctx", {}).get("error", error["msg"])
        yield (
            f"PILOTAGE_{field.upper()}={error['input']!s} cannot be used: {cause}. "
            f"Expected: {Settings.model_fields[field].description}."
        )


def prepare_environment() -> None:
    """Let libraries report nothing, and `dbt` be the one beside the interpreter."""
    os.environ.update(QUIET)
    beside = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", "")
    if beside not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([beside, path])


def settle_dagster_home(settings: Settings) -> Path:
    """Make the folder of Dagster's history its DAGSTER_HOME, configured by the `dagster.yaml` of the repository.

    Dagster's servers create folders of their own in DAGSTER_HOME: they have no business in the repository.
    """
    settings.dagster.mkdir(parents=True, exist_ok=True)
    link = settings.dagster / "dagster.yaml"
    link.unlink(missing_ok=True)
    link.symlink_to(REPOSITORY / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(settings.dagster)
    return settings.dagster


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables for the duration of a block: dbt, which runs in this process, reads them there."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def export_settings(settings: Settings) -> None:
    """Make these settings those of the whole process: the definitions, loaded later, read the environment again."""
    prepare_environment()
    os.environ.update(
        {
            "PILOTAGE_HOME": str(settings.home),
            "PILOTAGE_FILES_DIR": str(settings.exports),
            "PILOTAGE_SENDERS": ",".join(settings.senders),
            "PILOTAGE_AS_OF": settings.as_of.isoformat(),
            "PILOTAGE_KNOWN_ON": settings.known_on.isoformat() if settings.known_on else "",
            "PILOTAGE_ACCEPT_SHRINK": ",".join(settings.accept_shrink),
            "PILOTAGE_MEMORY_LIMIT": settings.memory_limit,
        }
    )
