"""The rules of the dbt project that a reader relies on: layers, names, types, documentation."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).parents[2]
CONTRACT = yaml.safe_load((REPOSITORY / "ingestion" / "contract.yml").read_text())
SCREEN_LINES = 120
SHELL_LINES = 30
BARE_NAMES = {"id", "name", "date", "amount", "type", "status", "total"}
PREFIXES = {
    "staging": ("stg_",),
    "intermediate": ("int_",),
    "simulation": ("sim_",),
    "marts": ("dim_", "fct_", "rpt_", "ctl_"),
}
PRIVATE_PREFIX = "prep_"  # a step of one question folder, ephemeral: never a table, never published
DUCKDB_TYPES = {
    "text": "varchar",
    "date": "date",
    "instant": "timestampwithtimezone",
    "money": "decimal(18,2)",
    "price": "decimal(18,6)",
    "quantity": "decimal(18,6)",
    "ratio": "decimal(9,6)",
    "hours": "decimal(9,2)",
    "integer": "bigint",
    "boolean": "boolean",
}
SUFFIX_TYPES = {
    "_id": {"varchar"},
    "_at": {"timestampwithtimezone"},
    "_on": {"date"},
    "_month": {"date"},
    "_eur": {"decimal(18,2)"},
    "_doc_amount": {"decimal(18,2)"},
    "_ratio": {"decimal(9,6)"},
    "_count": {"integer", "bigint"},
}
NUMERIC = re.compile(r"integer|bigint|decimal\(\d+,\d+\)")

Node = dict[str, Any]


def models(manifest: dict[str, Any], layer: str | None = None) -> Iterator[Node]:
    """Every model of the project, or of one layer (`staging`, `intermediate`, `marts`)."""
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and (layer is None or node["fqn"][1] == layer):
            yield node


def published(manifest: dict[str, Any]) -> Iterator[Node]:
    """The marts that readers get."""
    return (node for node in models(manifest, "marts") if node["config"]["materialized"] != "ephemeral")


def conformed(manifest: dict[str, Any]) -> Iterator[Node]:
    """What has a contract: the intermediate models, the marts, and what a simulation reads; dbt has none for Python."""
    return (
        node
        for node in models(manifest)
        if node["fqn"][1] != "staging" and node["config"]["materialized"] != "ephemeral" and node["language"] == "sql"
    )


def data_type(column: dict[str, Any]) -> str:
    """The declared type of a column, without case and spaces."""
    return (column["data_type"] or "").lower().replace(" ", "")


def folder(node: Node) -> tuple[str, str]:
    """Layer and folder of a model: `("marts", "cash")`."""
    return node["fqn"][1], node["fqn"][2]


def may_read(reader: Node, read: Node) -> bool:
    """The table of `architecture.md`: what a model of one folder may name of another."""
    if read["resource_type"] == "seed":
        return bool(reader["fqn"][1] != "staging")
    layer, place = folder(reader)
    if layer == "staging":
        return bool(read["resource_type"] == "source" and read["source_name"] == f"raw_{place}")
    if read["resource_type"] == "source":
        return False
    read_layer, read_place = folder(read)
    if layer == "intermediate":
        return read_layer in {"staging", "intermediate"}
    if layer == "simulation":
        return (read_layer, read_place) in {("marts", "core"), ("simulation", place)}
    if place == "core":
        return read_layer == "intermediate" or (read_layer, read_place) == ("marts", "core")
    if read_layer == "simulation":
        return bool(read_place == place)
    if place == "steering" and read_layer == "marts":
        return True  # what cuts across reads every report, and none reads it
    return bool(read_layer == "intermediate" or (read_layer == "marts" and read_place in {"core", place}))


def test_no_model_reads_what_its_layer_must_not_know(manifest: dict[str, Any]) -> None:
    nodes = {**manifest["nodes"], **manifest["sources"]}
    trespassers = [
        f"{reader['name']} reads {nodes[key]['name']}"
        for reader in models(manifest)
        for key in reader["depends_on"]["nodes"]
        if not may_read(reader, nodes[key])
    ]
    assert trespassers == []


def test_only_the_union_of_an_entity_reads_staging(manifest: dict[str, Any]) -> None:
    nodes = manifest["nodes"]
    strays = [
        f"{node['name']} reads {key}"
        for node in models(manifest, "intermediate")
        for key in node["depends_on"]["nodes"]
        if key.startswith("model.pilotage.stg_")
        and nodes[key]["name"].split("__")[1] != node["name"].removeprefix("int_")
    ]
    assert strays == []


def test_the_name_of_a_model_says_its_layer(manifest: dict[str, Any]) -> None:
    misnamed = [
        node["name"]
        for node in models(manifest)
        if (
            not node["name"].startswith(PREFIXES[node["fqn"][1]])
            and not (node["name"].startswith(PRIVATE_PREFIX) and node["config"]["materialized"] == "ephemeral")
        )
        or (node["fqn"][1] == "staging" and not node["name"].startswith(f"stg_{node['fqn'][2]}__"))
    ]
    assert misnamed == []


def test_every_model_lives_in_the_schema_of_its_layer(manifest: dict[str, Any]) -> None:
    assert [node["name"] for node in models(manifest) if node["schema"] != node["fqn"][1]] == []


def test_only_simulations_are_written_in_python(manifest: dict[str, Any]) -> None:
    written = [node for node in models(manifest) if node["language"] == "python"]
    assert written
    assert [node["name"] for node in written if node["fqn"][1] != "simulation"] == []


def test_a_simulation_is_a_thin_shell(manifest: dict[str, Any]) -> None:
    """What it computes is in `forecasting`, where it is typed and tested."""
    written = [node for node in models(manifest) if node["language"] == "python"]
    assert [node["name"] for node in written if len(node["raw_code"].splitlines()) > SHELL_LINES] == []


def test_what_is_append_only_is_never_rebuilt(manifest: dict[str, Any]) -> None:
    marked = [node["config"] for node in models(manifest) if node["config"]["meta"].get("append_only")]
    assert marked
    for config in marked:
        assert (config["materialized"], config["incremental_strategy"]) == ("incremental", "append")
        assert config["full_refresh"] is False


def test_every_model_has_its_own_yaml_beside_it(manifest: dict[str, Any]) -> None:
    strays = [
        node["name"]
        for node in (*conformed(manifest), *(node for node in models(manifest) if node["language"] == "python"))
        if (node["patch_path"] or "").removeprefix("pilotage://")
        != str(Path(node["original_file_path"]).with_suffix(".yml"))
    ]
    assert strays == []


def test_contracts_are_enforced(manifest: dict[str, Any]) -> None:
    assert [node["name"] for node in conformed(manifest) if not node["config"]["contract"]["enforced"]] == []


def test_every_model_states_its_grain_first(manifest: dict[str, Any]) -> None:
    vague = [
        node["name"]
        for node in models(manifest)
        if node["config"]["materialized"] != "ephemeral"
        if not re.match(r"One row per ", node["description"])
    ]
    assert vague == []


def test_every_mart_and_column_is_described_and_labelled(manifest: dict[str, Any]) -> None:
    silent = []
    for node in published(manifest):
        if not node["config"]["meta"].get("label_fr"):
            silent.append(node["name"])
        for name, column in node["columns"].items():
            meta = column["config"]["meta"] or column["meta"]
            said = column["description"].strip().rstrip(".").lower().replace(" ", "_")
            if len(column["description"]) < 12 or said == name or not meta.get("label_fr"):
                silent.append(f"{node['name']}.{name}")
    assert silent == []


def expected_types(name: str) -> set[str] | re.Pattern[str] | None:
    """The types that the name of a column allows; None where the name promises nothing."""
    if name.endswith(("unit_price", "unit_price_eur", "unit_cost", "unit_cost_eur", "quantity", "exchange_rate")):
        return {"decimal(18,6)"}
    if name.startswith(("is_", "has_", "was_")):
        return {"boolean"}
    if name == "hours" or name.endswith(("_days", "_hours")):
        return NUMERIC
    return next((types for suffix, types in SUFFIX_TYPES.items() if name.endswith(suffix)), None)


def keeps_its_promise(name: str, kind: str) -> bool:
    """Whether a column has the type that its suffix promises; a decimal needs a suffix."""
    expected = expected_types(name)
    if expected is None:
        return not re.match("decimal|float|double|real", kind)
    return bool(expected.fullmatch(kind)) if isinstance(expected, re.Pattern) else kind in expected


def test_the_suffix_of_a_column_is_its_type(manifest: dict[str, Any]) -> None:
    liars = [
        f"{node['name']}.{name} {data_type(column)}"
        for node in conformed(manifest)
        for name, column in node["columns"].items()
        if not keeps_its_promise(name, data_type(column))
    ]
    assert liars == []


def test_marts_have_no_bare_names(manifest: dict[str, Any]) -> None:
    bare = [f"{node['name']}.{name}" for node in published(manifest) for name in node["columns"] if name in BARE_NAMES]
    assert bare == []


def test_a_model_fits_a_screen(manifest: dict[str, Any]) -> None:
    long = [node["name"] for node in models(manifest) if len(node["raw_code"].splitlines()) > SCREEN_LINES]
    assert long == []


@pytest.mark.parametrize("entity", CONTRACT["entities"])
def test_an_entity_has_the_shape_of_the_contract(manifest: dict[str, Any], entity: str) -> None:
    node = manifest["nodes"][f"model.pilotage.int_{entity}"]
    declared = {name: data_type(column) for name, column in node["columns"].items()}
    columns = CONTRACT["entities"][entity]["columns"] | CONTRACT["common"]
    expected = {name: DUCKDB_TYPES[column[0]] for name, column in columns.items()}
    assert declared == expected


def test_every_sender_serves_what_it_says(manifest: dict[str, Any]) -> None:
    for sender in (
        path.stem for path in (REPOSITORY / "ingestion" / "sources").iterdir() if not path.name.startswith("_")
    ):
        staged = {node["name"].split("__")[1] for node in models(manifest, "staging") if node["fqn"][2] == sender}
        assert staged, f"{sender} has no staging folder"
        assert staged <= set(CONTRACT["entities"])


def test_sources_carry_no_dbt_test(manifest: dict[str, Any]) -> None:
    """What the outside world sent is Great Expectations' to judge."""
    tested = [
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and any(key.startswith("source.") for key in node["depends_on"]["nodes"])
    ]
    assert tested == []
