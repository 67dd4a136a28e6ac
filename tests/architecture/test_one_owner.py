"""No property is asserted twice: dbt owns what is true by construction, Great Expectations what is believable."""

from typing import Any

from data_quality.suites import discover

OWNED_BY_DBT = {"key", "filled", "domain"}
"""Keys, nulls and closed lists of a mart are contracts and data tests."""


def dbt_claims(manifest: dict[str, Any]) -> set[tuple[str, str]]:
    """What the generic dbt tests and the not-null constraints claim: relation and column."""
    nodes = manifest["nodes"]
    tests = {
        (f"{nodes[node['attached_node']]['schema']}.{nodes[node['attached_node']]['name']}", node["column_name"])
        for node in nodes.values()
        if node["resource_type"] == "test" and node.get("attached_node") and node.get("column_name")
    }
    constraints = {
        (f"{node['schema']}.{node['name']}", name)
        for node in nodes.values()
        if node["resource_type"] == "model"
        for name, column in node["columns"].items()
        if any(constraint["type"] == "not_null" for constraint in column.get("constraints") or [])
    }
    return tests | constraints


def test_great_expectations_leaves_keys_and_shape_of_the_marts_to_dbt() -> None:
    claims = [f"{suite.relation}.{check.name}" for suite in discover("marts") for check in suite.checks]
    trespassers = [
        f"{suite.relation}.{check.name}"
        for suite in discover("marts")
        for check in suite.checks
        if check.kind in OWNED_BY_DBT
    ]
    assert claims
    assert trespassers == []


def test_no_column_is_claimed_filled_or_unique_by_both(manifest: dict[str, Any]) -> None:
    judged = {
        (suite.relation, column)
        for suite in discover()
        for check in suite.checks
        if check.kind in OWNED_BY_DBT
        for column in check.columns
    }
    assert judged
    assert judged & dbt_claims(manifest) == set()


def test_every_suite_judges_a_relation_that_exists(manifest: dict[str, Any]) -> None:
    relations = {f"{source['source_name']}.{source['name']}" for source in manifest["sources"].values()}
    relations |= {f"{node['schema']}.{node['name']}" for node in manifest["nodes"].values()}
    assert [suite.relation for suite in discover() if suite.relation not in relations] == []
