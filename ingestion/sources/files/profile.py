"""`profile.yml`: what the exports of one system look like, declared by a person, and checked to the letter."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ingestion.contract import Contract, Entity, IngestionError

PROFILE_NAME = "profile.yml"
MAPPED_COMMON = ("source_updated_at", "is_deleted")
"""Common columns that a profile may fill; the loader fills the others."""

Where = Literal["not_empty", "empty", "negative", "not_negative"] | dict[Literal["equals", "in", "not_in"], Any]


class ProfileError(IngestionError):
    """A profile is not usable; the message names the file, what was found, and what was expected."""


class Format(BaseModel):
    """How a file is written. Every key may stand under `defaults`, and again under an entity."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoding: str = "utf-8-sig"
    separator: Annotated[str, Field(min_length=1, max_length=1)] = ";"
    quote: Annotated[str, Field(min_length=1, max_length=1)] = '"'
    decimal: Literal[",", "."] = ","
    thousands: Annotated[str, Field(max_length=1)] = ""
    unit: str = ""
    negatives: tuple[Literal["leading", "trailing", "parentheses"], ...] = ("leading",)
    date_format: str = "%d/%m/%Y"
    instant_format: str = "%d/%m/%Y %H:%M"
    timezone: str = "Europe/Paris"
    round_amounts: bool = False
    text_formulas: bool = False
    skip_header: Annotated[int, Field(ge=0)] = 0
    skip_footer: Annotated[int, Field(ge=0)] = 0

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            return codecs.lookup(value).name
        except LookupError:
            raise ValueError(f"unknown encoding {value!r}; expected utf-8-sig, utf-8, cp1252, iso8859-15...") from None

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"unknown time zone {value!r}{nearest(value, available_timezones())}") from None

    @field_validator("date_format", "instant_format")
    @classmethod
    def _plausible_format(cls, value: str) -> str:
        if value not in ("excel", "iso") and not {"%d", "%m"} <= {value[i : i + 2] for i in range(len(value))}:
            raise ValueError(f"{value!r} is not a date format; expected one like %d/%m/%Y, or iso, or excel")
        return value


class EntityMapping(Format):
    """How the rows of one entity are made from one set of files."""

    files: str
    sheet: str = ""
    columns: dict[str, str] = Field(default_factory=dict)
    templates: dict[str, str] = Field(default_factory=dict)
    computed: dict[str, str] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    where: dict[str, Where] = Field(default_factory=dict)
    references: dict[str, str] = Field(default_factory=dict)
    pad: dict[str, Annotated[int, Field(ge=1, le=50)]] = Field(default_factory=dict)
    percent: tuple[str, ...] = ()
    may_be_empty: bool = False

    @property
    def filled(self) -> tuple[str, ...]:
        """Canonical columns that the mapping fills, in the order of the profile."""
        return (*self.columns, *self.templates, *self.computed, *self.constants)


class Company(BaseModel):
    """Whose exports these are; for people, the loader does not use it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    siren: str = ""


class Profile(BaseModel):
    """One `profile.yml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    system: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    company: Company = Company()
    max_reject_ratio: Annotated[float, Field(ge=0, le=1)] = 0.01
    entities: dict[str, tuple[EntityMapping, ...]]


def read_profile(path: Path, contract: Contract) -> Profile:
    """Parse and check one profile against the contract.

    Raises ProfileError listing every mistake, each with the nearest name that would have been right.
    """
    document = _read_yaml(path)
    try:
        profile = Profile.model_validate(_with_defaults(document))
    except ValidationError as error:
        raise ProfileError(f"{path}: " + "; ".join(_explain(item) for item in error.errors())) from None
    problems = list(_problems(profile, contract))
    if problems:
        raise ProfileError(f"{path}: " + "; ".join(problems))
    return profile


def nearest(found: str, expected: Iterable[str]) -> str:
    """` (nearest: 'x')`, or the whole list where it is short and nothing is near."""
    from rapidfuzz import process, utils

    names = sorted(expected)
    match = process.extractOne(found, names, processor=utils.default_process, score_cutoff=60)
    if match:
        return f" (nearest: {match[0]!r})"
    return f" (expected one of: {', '.join(names)})" if 0 < len(names) <= 25 else ""


class _Loader(yaml.SafeLoader):
    """All scalars are text as written: a header named `No` is not false, and `007` is not 7."""


def _unique_mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    for key in keys:
        if keys.count(key) > 1:
            raise yaml.MarkedYAMLError(problem=f"{key!r} is written twice", problem_mark=node.start_mark)
    return loader.construct_mapping(node, deep=True)


_Loader.yaml_implicit_resolvers = {}
_Loader.add_constructor("tag:yaml.org,2002:map", _unique_mapping)


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        document = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_Loader)  # noqa: S506  # a SafeLoader
    except OSError as error:
        raise ProfileError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise ProfileError(f"{path}: not UTF-8 at byte {error.start}. Save the profile as UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise ProfileError(f"{path}: line {line}: {error.problem}") from None
    if not isinstance(document, dict):
        raise ProfileError(f"{path}: expected a mapping with system, defaults and entities; found something else")
    return document


def _with_defaults(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the defaults merged into each mapping, and each entity a list of mappings."""
    merged = dict(document)
    defaults = merged.pop("defaults", None) or {}
    if not isinstance(defaults, dict) or not isinstance(merged.get("entities"), dict):
        return merged
    if unknown := [name for name in defaults if name not in Format.model_fields]:
        # Reported under its own place, and not once per entity.
        return {**merged, "defaults": dict.fromkeys(unknown)}
    entities: dict[str, Any] = {}
    for name, mappings in merged["entities"].items():
        several = mappings if isinstance(mappings, list) else [mappings]
        entities[name] = [{**defaults, **item} if isinstance(item, dict) else item for item in several]
    return {**merged, "entities": entities}


def _explain(error: Mapping[str, Any]) -> str:
    """One line for one error of pydantic: place, what was found, what was expected."""
    place = [str(part) for part in error["loc"] if not isinstance(part, int)]
    name = ".".join(place)
    if error["type"] == "extra_forbidden":
        if place == ["defaults"]:
            key = next(iter(error["input"]))
            return f"defaults: unknown key {key!r}{nearest(key, Format.model_fields)}"
        fields: dict[int, dict[str, Any]] = {1: {**Profile.model_fields, "defaults": None}, 2: Company.model_fields}
        known = fields.get(len(place), EntityMapping.model_fields)
        return f"{'.'.join(place[:-1]) or 'top level'}: unknown key {place[-1]!r}{nearest(place[-1], known)}"
    if error["type"] == "missing":
        return f"{'.'.join(place[:-1]) or 'top level'}: the key {place[-1]!r} is missing"
    return f"{name}: {error['msg'].removeprefix('Value error, ')}, found {error['input']!r}"


def _problems(profile: Profile, contract: Contract) -> Iterable[str]:
    for name, mappings in profile.entities.items():
        entity = contract.entities.get(name)
        if entity is None:
            yield f"unknown entity {name!r}{nearest(name, contract.entities)}"
            continue
        for mapping in mappings:
            yield from (f"{name}: {problem}" for problem in _mapping_problems(mapping, entity))


def _mapping_problems(mapping: EntityMapping, entity: Entity) -> Iterable[str]:
    known = (*entity.by_name, *MAPPED_COMMON)
    sections: dict[str, Iterable[str]] = {
        "columns": mapping.columns,
        "templates": mapping.templates,
        "computed": mapping.computed,
        "constants": mapping.constants,
        "values": mapping.values,
        "references": mapping.references,
        "pad": mapping.pad,
        "percent": mapping.percent,
    }
    for section, names in sections.items():
        for name in names:
            if name not in known:
                yield f"{section}: unknown column {name!r}{nearest(name, known)}"
            elif section in ("values", "pad", "percent") and name not in mapping.columns:
                yield f"{section}: {name!r} has no file header under columns"
            elif section == "references" and name not in mapping.filled:
                yield f"references: {name!r} is not filled"
    for name in sorted({name for name in mapping.filled if mapping.filled.count(name) > 1}):
        yield f"{name!r} is filled twice"
    for column in entity.columns:
        if column.is_required and column.name not in mapping.filled:
            unused = [name for name in mapping.filled if name not in known]
            yield f"the required column {column.name!r} is not filled{nearest(column.name, unused) if unused else ''}"
