"""The `files` sender at work: profiles found, files matched and hashed, entities extracted one after the other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion import guards
from ingestion.contract import load_contract
from ingestion.guards import thousands
from ingestion.source import Extracted, Progress, Stamp
from ingestion.sources.files.profile import PROFILE_NAME, EntityMapping, Profile, ProfileError, nearest, read_profile
from ingestion.sources.files.reader import FileError, RawFile, read_file
from ingestion.warehouse import literal

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Folder:
    """One system: its profile and its folder."""

    path: Path
    profile: Profile

    def matching(self, mapping: EntityMapping, entity: str) -> tuple[Path, ...]:
        """The files of a mapping, in the order of their names. Raises FileError where there is none."""
        files = tuple(sorted(path for path in self.path.glob(mapping.files) if path.is_file()))
        if not files:
            there = [path.name for path in self.path.iterdir() if path.is_file() and path.name != PROFILE_NAME]
            hint = nearest(mapping.files, there)
            raise FileError(
                f"{self.path / PROFILE_NAME}: {entity}: no file matches {mapping.files!r}{hint}."
                " Export it again, or correct the profile"
            )
        return files


class FilesDelivery:
    """What a folder of exports has to deliver now.

    Raises ProfileError and FileError for what is wrong before any row is read.
    """

    def __init__(self, exports: Path) -> None:
        self._exports = exports
        self._contract = load_contract()
        self._folders = tuple(self._find())
        self._check_systems()

    @cached_property
    def fingerprints(self) -> Mapping[str, str]:
        """Content of the profiles and files, shape of the contract and code of the loader, hashed per entity."""
        loader = _code_hash()
        hashes: dict[Path, str] = {}
        return {entity: self._fingerprint(entity, loader, hashes) for entity in self._contract.entities}

    def extract(self, entities: frozenset[str], stamp: Stamp, progress: Progress) -> Iterator[Extracted]:
        """Type the rows of each entity. A file that feeds several entities is read once.

        Raises FileError, or GuardError where too many rows of an entity cannot be read.
        """
        import duckdb

        needed = {path for entity in entities for _, _, paths in self._parts(entity) for path in paths}
        guards.check_free_space(stamp.workspace, sum(path.stat().st_size for path in needed))
        with duckdb.connect(
            ":memory:",
            config={
                "memory_limit": stamp.memory_limit,
                "temp_directory": str(stamp.workspace / "duckdb_tmp"),
                "threads": 1,
                "autoinstall_known_extensions": False,
            },
        ) as connection:
            reading = _Reading(connection, self._exports, stamp, progress)
            for entity in self._contract.entities:
                if entity in entities:
                    yield self._extract(entity, reading)

    def _extract(self, entity: str, reading: _Reading) -> Extracted:
        parts = [
            (folder, mapping, reading.read(path, mapping, entity))
            for folder, mapping, paths in self._parts(entity)
            for path in paths
        ]
        return reading.extract(entity, parts)

    def _parts(self, entity: str) -> Iterator[tuple[Folder, EntityMapping, tuple[Path, ...]]]:
        for folder in self._folders:
            for mapping in folder.profile.entities.get(entity, ()):
                yield folder, mapping, folder.matching(mapping, entity)

    def _fingerprint(self, entity: str, loader: str, hashes: dict[Path, str]) -> str:
        digest = hashlib.sha256(f"{loader} {self._contract.fingerprint(entity)}".encode())
        for folder, _, paths in self._parts(entity):
            for path in (folder.path / PROFILE_NAME, *paths):
                if path not in hashes:
                    with path.open("rb") as file:
                        hashes[path] = hashlib.file_digest(file, "sha256").hexdigest()
                digest.update(f"\n{path.relative_to(self._exports).as_posix()} {hashes[path]}".encode())
        return digest.hexdigest()

    def _find(self) -> Iterator[Folder]:
        if not self._exports.is_dir():
            raise FileError(f"{self._exports}: no such folder. Put the exports there, or correct the setting")
        here = self._exports / PROFILE_NAME
        profiles = [here] if here.exists() else sorted(self._exports.glob(f"*/{PROFILE_NAME}"))
        if not profiles:
            raise FileError(f"{self._exports}: no {PROFILE_NAME}, neither here nor one folder below. Write one")
        for path in profiles:
            yield Folder(path.parent, read_profile(path, self._contract))

    def _check_systems(self) -> None:
        systems: dict[str, Path] = {}
        for folder in self._folders:
            other = systems.setdefault(folder.profile.system, folder.path)
            if other != folder.path:
                raise ProfileError(
                    f"{folder.path / PROFILE_NAME}: the system {folder.profile.system!r} is that of {other.name}/ too."
                    " Put the files into one folder, or give it another name"
                )
        for folder in self._folders:
            for entity, mappings in folder.profile.entities.items():
                for system in {system for mapping in mappings for system in mapping.references.values()}:
                    if system not in systems:
                        raise ProfileError(
                            f"{folder.path / PROFILE_NAME}: {entity}: references: unknown system {system!r}"
                            f"{nearest(system, systems)}"
                        )


def _code_hash() -> str:
    """Changes with the code that types the rows, so that a corrected loader loads again."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass
class _Reading:
    """One extraction: the files read so far, and where the results go."""

    connection: duckdb.DuckDBPyConnection
    exports: Path
    stamp: Stamp
    progress: Progress
    files: dict[tuple[object, ...], RawFile] = field(default_factory=dict)

    def read(self, path: Path, mapping: EntityMapping, entity: str) -> RawFile:
        """The file as text; read once per way of reading it. Raises FileError where it holds no row but may not."""
        how = (path, mapping.encoding, mapping.separator, mapping.quote, mapping.skip_header, mapping.sheet)
        # Excel numbers are written with the mark that the profile declares.
        key = (*how, mapping.decimal)
        name = path.relative_to(self.exports).as_posix()
        if key not in self.files:
            target = self.stamp.workspace / f"file{len(self.files)}.parquet"
            self.files[key] = read_file(self.connection, path, name, mapping, mapping.sheet, target)
        raw = self.files[key]
        if raw.rows + len(raw.broken) <= mapping.skip_footer and not mapping.may_be_empty:
            raise FileError(
                f"{name}: no row under the header ({entity}). Export it again; if it may be empty, write"
                " may_be_empty: true in the profile"
            )
        return raw

    def footer(self, raw: RawFile, lines: int) -> int:
        """The line on which the last `lines` lines of the file start, broken ones included."""
        rows = self.connection.execute(
            f"select line from read_parquet({literal(raw.parquet)}) order by line desc limit {lines}"
        ).fetchall()
        last = sorted([*(line for (line,) in rows), *(line for line, _, _ in raw.broken)], reverse=True)[:lines]
        return int(last[-1]) if last else 0

    def extract(self, entity: str, parts: list[tuple[Folder, EntityMapping, RawFile]]) -> Extracted:
        from ingestion.sources.files.account import EntityAccount
        from ingestion.sources.files.entity import Translation

        account = EntityAccount(self.connection, self.stamp, entity)
        for folder, mapping, raw in parts:
            footer = self.footer(raw, mapping.skip_footer) if mapping.skip_footer else None
            translation = Translation(load_contract().entities[entity], mapping, folder.profile.system, raw, footer)
            profile = (folder.path / PROFILE_NAME).relative_to(self.exports).as_posix()
            account.add(translation, profile, folder.profile.max_reject_ratio)
        extracted = account.close()
        if parts:
            self.progress(
                f"{entity}: {thousands(extracted.rows_loaded)} rows from {', '.join(extracted.files)}"
                + _aside(extracted)
            )
        return extracted


def _aside(extracted: Extracted) -> str:
    kinds = {
        "rejected": extracted.rows_rejected,
        "duplicates": extracted.rows_duplicate,
        "filtered out": extracted.rows_filtered,
    }
    parts = [f"{thousands(rows)} {kind}" for kind, rows in kinds.items() if rows]
    return f" ({', '.join(parts)})" if parts else ""
