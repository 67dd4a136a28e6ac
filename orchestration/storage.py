"""Where Dagster keeps its history: inside PILOTAGE_HOME, which `dagster.yaml` alone cannot say.

`dagster.yaml` can name a variable of the environment but no default for it. These classes ask the settings, so that
`dagster dev` in a bare clone, `pilotage` and the tests each write into their own home folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager
from dagster._core.storage.root import LocalArtifactStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, NullPool, create_engine, event

from orchestration.resources import load_settings

BUSY_SECONDS = 60


class HomeEventLog(SqliteEventLogStorage):
    """Dagster's event log, without a new engine and three waits for the disk at each of the thousand events of a run.

    The index of all runs stays open, and loses at most its last moments to a power cut. The log of one run is still
    opened and closed for each event, because the UI watches that file, but does not wait for the disk.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            if shard not in self._engines:
                self._engines[shard] = self._open(shard)
            engine = self._engines[shard]
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _open(self, shard: str) -> Engine:
        is_index = shard == INDEX_SHARD_NAME
        engine = create_engine(
            self.conn_string_for_shard(shard),
            poolclass=None if is_index else NullPool,
            connect_args={"timeout": BUSY_SECONDS},
        )

        @event.listens_for(engine, "connect")
        def relax(connection: Any, _: Any) -> None:
            connection.execute(f"pragma synchronous = {'normal' if is_index else 'off'}")

        return engine


class HomeStorage(DagsterSqliteStorage):
    """Runs, events and schedules."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = HomeEventLog(self._event_log_storage._base_dir)

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Nothing to configure."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        """Build it in the home folder."""
        return cls.from_local(str(load_settings().dagster), inst_data=inst_data)


class HomeArtifacts(LocalArtifactStorage):
    """Files that steps hand to one another."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Nothing to configure."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        """Build it in the home folder."""
        return cls(str(load_settings().dagster), inst_data=inst_data)


class HomeComputeLogs(LocalComputeLogManager):
    """What the steps wrote to their standard output and error."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Nothing to configure."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        """Build it in the home folder."""
        return cls(str(load_settings().dagster / "logs"), inst_data=inst_data)
