"""One language: each column that measures something names its metric, and a metric is the same thing everywhere."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
NUMERIC = re.compile(r"integer|bigint|decimal\(\d+,\d+\)")
LOCATING = re.compile(r"_(position|number|level)$|^tier$|^horizon_")
"""Numbers that say where a row stands, not how much it holds."""
UNITS = [
    ("_euro_days", {"EUR days"}),
    ("_hour_eur", {"EUR per hour"}),
    ("_unit_price_eur", {"EUR per unit"}),
    ("_eur", {"EUR"}),
    ("_ratio", {"ratio"}),
    ("_days", {"days"}),
    ("_keur_hours", {"hours per kEUR"}),
    ("hours", {"hours"}),
    ("_months", {"months"}),
    ("_count", {"count"}),
    ("_rank", {"rank"}),
    ("rank_gap", {"rank"}),
    ("_score", {"points"}),
    ("_quantity", {"quantity"}),
]
"""What a suffix promises; the first that fits wins."""
TAX_BASES = [("_ht_eur", "HT"), ("_ttc_eur", "TTC"), ("_vat_eur", "VAT"), ("_eur", "none")]
ROLES = {"manager", "sales", "accounting", "production", "finance"}

Metric = dict[str, str]
Measure = tuple[str, str, str | None]


@pytest.fixture(scope="module")
def metrics() -> dict[str, Metric]:
    with (REPOSITORY / "dbt_project" / "seeds" / "map_metrics.csv").open(encoding="utf-8") as seed:
        rows = list(csv.DictReader(seed))
    assert len({row["metric_id"] for row in rows}) == len(rows)
    return {row["metric_id"]: row for row in rows}


def reports(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every report of the project."""
    return (
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["name"].startswith("rpt_")
    )


@pytest.fixture(scope="module")
def measures(manifest: dict[str, Any]) -> list[Measure]:
    """Report, column and metric of every column that measures something."""
    found = [
        (node["name"], name, (column["config"]["meta"] or column["meta"]).get("metric"))
        for node in reports(manifest)
        for name, column in node["columns"].items()
        if NUMERIC.fullmatch((column["data_type"] or "").lower().replace(" ", "")) and not LOCATING.search(name)
    ]
    assert found
    return found


def first_that_fits(name: str, promises: list[tuple[str, Any]]) -> Any:
    """What the suffix of a column promises; None where it promises nothing."""
    return next((promised for suffix, promised in promises if name.endswith(suffix)), None)


def test_every_measure_names_a_metric_that_is_defined(measures: list[Measure], metrics: dict[str, Metric]) -> None:
    assert [f"{report}.{column}: {metric}" for report, column, metric in measures if metric not in metrics] == []


def test_only_measures_name_a_metric(manifest: dict[str, Any], measures: list[Measure]) -> None:
    measured = {(report, column) for report, column, _ in measures}
    strays = [
        f"{node['name']}.{name}"
        for node in reports(manifest)
        for name, column in node["columns"].items()
        if "metric" in (column["config"]["meta"] or column["meta"]) and (node["name"], name) not in measured
    ]
    assert strays == []


def test_every_metric_is_measured(measures: list[Measure], metrics: dict[str, Metric]) -> None:
    assert set(metrics) - {metric for _, _, metric in measures} == set()


def test_a_name_means_one_thing(measures: list[Measure]) -> None:
    meanings: dict[str, set[str | None]] = defaultdict(set)
    for _, column, metric in measures:
        meanings[column].add(metric)
    assert {column: found for column, found in meanings.items() if len(found) > 1} == {}


def test_the_unit_of_a_metric_is_the_suffix_of_its_columns(measures: list[Measure], metrics: dict[str, Metric]) -> None:
    liars = [
        f"{report}.{column}: {metric} is in {metrics[metric]['unit']}"
        for report, column, metric in measures
        if metric in metrics and metrics[metric]["unit"] not in (first_that_fits(column, UNITS) or ())
    ]
    assert liars == []


def test_the_tax_basis_of_a_metric_is_the_suffix_of_its_columns(
    measures: list[Measure], metrics: dict[str, Metric]
) -> None:
    liars = [
        f"{report}.{column}: {metric} is {metrics[metric]['tax_basis']}"
        for report, column, metric in measures
        if metric in metrics
        and (promised := first_that_fits(column, TAX_BASES)) is not None
        and metrics[metric]["tax_basis"] != promised
    ]
    assert liars == []


def test_every_metric_is_wholly_defined(metrics: dict[str, Metric]) -> None:
    assert [key for key, metric in metrics.items() if not all(value.strip() for value in metric.values())] == []
    assert [key for key in metrics if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", key)] == []
    assert {metric["tax_basis"] for metric in metrics.values()} <= {"HT", "TTC", "VAT", "none"}
    assert {metric["owner_role"] for metric in metrics.values()} == ROLES
    for label in ("label_fr", "label_en"):
        assert len({metric[label] for metric in metrics.values()}) == len(metrics)


def test_every_metric_points_to_the_glossary(metrics: dict[str, Metric]) -> None:
    glossary = (REPOSITORY / "docs" / "glossary.md").read_text(encoding="utf-8")
    sections = set(re.findall(r"^## ([^—\n]+?)(?: —.*)?$", glossary, re.MULTILINE))
    assert {metric["glossary_section"] for metric in metrics.values()} - sections == set()


def test_the_semantic_layer_speaks_the_same_language(manifest: dict[str, Any], metrics: dict[str, Metric]) -> None:
    """A metric of the semantic layer is one of the seed, or a part of one; its label is the same."""
    served = {metric["name"]: metric for metric in manifest["metrics"].values()}
    parts = {
        key.split(".")[-1] for metric in served.values() for key in metric["depends_on"]["nodes"] if "metric." in key
    }
    assert served
    assert set(served) - set(metrics) - parts == set()
    assert {name: metric["label"] for name, metric in served.items() if name in metrics} == {
        name: metrics[name]["label_fr"] for name in served if name in metrics
    }
    assert [name for name, metric in served.items() if len(metric["description"]) < 12] == []
