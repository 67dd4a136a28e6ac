"""Claims that several marts share."""

from __future__ import annotations

from data_quality.vocabulary import Check, Suite, publication_does_not_collapse


def mart_suite(table: str, *checks: Check, locator: str) -> Suite:
    """The claims of one mart; those that readers join to also keep their volume (`published_suite`)."""
    return Suite(relation=f"marts.{table}", checks=checks, locator=locator)


def published_suite(table: str, *checks: Check, locator: str) -> Suite:
    """As `mart_suite`, for a fact or a dimension that must not lose half of its rows from one publication to the
    next.
    """
    return mart_suite(table, publication_does_not_collapse(f"marts.{table}"), *checks, locator=locator)
