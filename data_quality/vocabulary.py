"""The words in which checks are written.

A check is a claim about one relation: a name that is a statement in the present tense, a severity, and a reason that
says who is hurt when the claim is false and what to do about it. DuckDB measures the relation (every check of a suite
in one fused scan), Great Expectations judges the measures: exact at every size, and a frame never has more than a few
hundred cells.

A measure that is null says "nothing to judge" (an entity that the company does not deliver): the check is not
available, and does not fail.

Importing this module imports neither Great Expectations nor pandas: an expectation is built when it is judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

Severity = Literal["critical", "warning"]
"""`critical` blocks what comes after the door; `warning` is shown and blocks nothing."""

Kind = Literal["arrival", "volume", "key", "filled", "holds", "future", "domain", "fresh", "measure", "published"]
"""What a check claims; the tests know from it how to make the check fail."""


class CrashedCheck(RuntimeError):
    """A check could not be judged: a fault of ours, never to be read as bad data."""


@dataclass(frozen=True, slots=True)
class Between:
    """A number must lie between two bounds, both included; None is no bound."""

    minimum: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        """Refuse bounds that nothing, or everything, satisfies."""
        if self.minimum is None and self.maximum is None:
            raise ValueError("a check needs a bound")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"no number lies between {self.minimum} and {self.maximum}")

    def build(self, column: str) -> Expectation:
        """The Great Expectations form, over the column that holds the number: its maximum, since it is alone."""
        from great_expectations.expectations.core.expect_column_max_to_be_between import ExpectColumnMaxToBeBetween

        return ExpectColumnMaxToBeBetween(column=column, min_value=self.minimum, max_value=self.maximum)

    def __str__(self) -> str:
        if self.minimum is None:
            return f"at most {self.maximum:g}"
        if self.maximum is None:
            return f"at least {self.minimum:g}"
        return f"between {self.minimum:g} and {self.maximum:g}" if self.minimum < self.maximum else f"{self.minimum:g}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """Every distinct value must belong to a closed list."""

    values: tuple[str, ...]

    def build(self, column: str) -> Expectation:
        """The Great Expectations form, over the column that holds the distinct values."""
        from great_expectations.expectations.core.expect_column_distinct_values_to_be_in_set import (
            ExpectColumnDistinctValuesToBeInSet,
        )

        return ExpectColumnDistinctValuesToBeInSet(column=column, value_set=list(self.values))

    def __str__(self) -> str:
        return "one of " + ", ".join(self.values)


@dataclass(frozen=True, slots=True)
class Check:
    """One claim about a relation.

    `measure` is a DuckDB aggregate over the relation, in which `$as_of` is the as-of date and `history` the relation's
    past row counts (see `frames.py`). `offenders` is the condition under which one row denies the claim: read only
    after a failure, to count and to locate rows. `columns` are those that the check reads: shown, masked, beside the
    rows that deny it.
    """

    name: str
    severity: Severity
    reason: str
    kind: Kind
    measure: str
    expectation: Between | OneOf
    columns: tuple[str, ...] = ()
    offenders: str | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """All the checks of one relation, named `schema.table` as everywhere else.

    `locator` is the SQL text that tells a person where a row is; it must hold no personal data.
    """

    relation: str
    checks: tuple[Check, ...]
    locator: str

    def __post_init__(self) -> None:
        """Refuse a suite that no tool could name without ambiguity."""
        if self.relation.count(".") != 1:
            raise ValueError(f"{self.relation}: a relation is named schema.table")
        names = [check.name for check in self.checks]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{self.relation}: two checks are named {', '.join(twice)}")

    @property
    def schema(self) -> str:
        """Schema of the relation: the door at which the suite stands."""
        return self.relation.split(".")[0]

    @property
    def table(self) -> str:
        """Table of the relation, without its schema."""
        return self.relation.split(".")[1]


def holds(
    name: str,
    condition: str,
    reason: str,
    *,
    columns: Iterable[str],
    tolerance: float = 0.0,
    severity: Severity = "critical",
) -> Check:
    """Rows satisfy a condition, but for a tolerated share of them (0-1). A condition that is null is not denied."""
    offenders = f"not coalesce({condition}, true)"
    return Check(
        name=name,
        severity=severity,
        reason=reason,
        kind="holds",
        measure=f"count(*) filter (where {offenders}) / nullif(count(*), 0)",
        expectation=Between(None, tolerance),
        columns=tuple(columns),
        offenders=offenders,
    )


def is_filled(
    name: str, column: str, reason: str, *, at_least: float = 1.0, severity: Severity = "warning", where: str = "true"
) -> Check:
    """A column has a value in at least a share (0-1) of the rows that `where` keeps."""
    return Check(
        name=name,
        severity=severity,
        reason=reason,
        kind="filled",
        measure=f"count({column}) filter (where {where}) / nullif(count(*) filter (where {where}), 0)",
        expectation=Between(at_least, None),
        columns=(column,),
        offenders=f"({where}) and {column} is null",
    )


def is_one_of(name: str, column: str, values: Iterable[str], reason: str, *, severity: Severity = "critical") -> Check:
    """A column only holds values of a closed list; what is empty belongs to `is_filled`."""
    allowed = tuple(values)
    listed = ", ".join(f"'{value}'" for value in allowed)
    return Check(
        name=name,
        severity=severity,
        reason=reason,
        kind="domain",
        measure=f"list(distinct {column}) filter (where {column} is not null)",
        expectation=OneOf(allowed),
        columns=(column,),
        offenders=f"{column} not in ({listed})",
    )


def is_measured(
    name: str,
    measure: str,
    reason: str,
    *,
    columns: Iterable[str],
    minimum: float | None = None,
    maximum: float | None = None,
    severity: Severity = "warning",
    offenders: str | None = None,
) -> Check:
    """One number of the whole relation lies within bounds."""
    return Check(
        name=name,
        severity=severity,
        reason=reason,
        kind="measure",
        measure=f"case when count(*) > 0 then {measure} end",
        expectation=Between(minimum, maximum),
        columns=tuple(columns),
        offenders=offenders,
    )


def is_fresh(name: str, column: str, reason: str, *, within_days: int, where: str = "true") -> Check:
    """The freshest date of a column is at most so many days before the as-of date."""
    return Check(
        name=name,
        severity="warning",
        reason=reason,
        kind="fresh",
        measure=f"date_diff('day', cast(max({column}) filter (where {where}) as date), $as_of)",
        expectation=Between(None, within_days),
        columns=(column,),
    )


def is_not_in_the_future(name: str, column: str, reason: str) -> Check:
    """No date of a column is later than both the as-of date and the day on which its row arrived.

    The arrival counts because the as-of date may be set in the past, to see what was known then.
    """
    claim = holds(
        name,
        f"cast({column} as date) <= greatest($as_of, cast(loaded_at as date))",
        reason,
        columns=(column, "loaded_at"),
        severity="warning",
    )
    return replace(claim, kind="future")


def rows_keep_arriving(relation: str) -> Check:
    """An entity that was delivered once is still delivered; one that never was is not available."""
    return Check(
        name="rows_keep_arriving",
        severity="critical",
        reason=f"{relation} held rows in a former load and holds none now: an export is missing or empty, and every "
        "report that reads it would show zeros. Put the export back, or correct its profile. If it is no longer "
        f"delivered: PILOTAGE_ACCEPT_SHRINK={relation}.",
        kind="arrival",
        measure="case when count(*) > 0 or (select max(row_count) from history) > 0 then count(*) end",
        expectation=Between(1, None),
    )


def volume_follows_history(entity: str) -> Check:
    """The number of rows stays near the median of the five loads before this one."""
    return Check(
        name="volume_follows_history",
        severity="warning",
        reason=f"{entity} has far fewer or far more rows than in its last loads: a truncated, filtered or doubled "
        "export gives reports that look right and are wrong. Compare the export with the tool's own count.",
        kind="volume",
        measure="count(*) / nullif((select median(row_count) from (select row_count from history order by seen_at desc "
        "limit 5 offset 1)), 0)",
        expectation=Between(0.8, 2),
    )


def every_row_has_its_own_key(entity: str, key: str) -> Check:
    """The key is present and unique."""
    return Check(
        name="every_row_has_its_own_key",
        severity="critical",
        reason=f"{entity} holds an empty or repeated {key}: amounts would be counted twice or lost. Correct the key "
        "column in the sender's profile, or the export.",
        kind="key",
        measure=f"case when count(*) > 0 then count(*) - count(distinct {key}) end",
        expectation=Between(None, 0),
        columns=(key,),
        offenders=f"{key} is null or {key} in (select {key} from this group by {key} having count(*) > 1)",
    )


def publication_does_not_collapse(relation: str) -> Check:
    """The relation keeps at least half of the rows of its last publication at this as-of date or before."""
    return Check(
        name="publication_does_not_collapse",
        severity="critical",
        reason=f"{relation} lost more than half of the rows that readers have today: the last publication is kept. "
        "If the company's data really changed so much, name the raw relations that shrank in "
        "PILOTAGE_ACCEPT_SHRINK, or start from an empty PILOTAGE_HOME.",
        kind="published",
        measure="count(*) / nullif((select arg_max(row_count, seen_at) from history), 0)",
        expectation=Between(0.5, None),
    )
