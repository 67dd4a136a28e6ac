"""The page of invariants names the tests that hold them, and every test that holds one is named there."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
ROW = re.compile(r"^\| (I\d+) \| (.+?) \| (.+?) \| (.+?) \|$", re.M)
HOLDS = re.compile(r"\bI\d+\b")


def page() -> dict[str, tuple[str, set[str]]]:
    """The severity and the names in code of each row of the page."""
    rows = ROW.findall((REPOSITORY / "docs" / "invariants.md").read_text(encoding="utf-8"))
    return {key: (severity, set(re.findall(r"`(\w+)`", tests))) for key, _, severity, tests in rows}


def data_tests(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The singular tests of the dbt project, by name."""
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and "test_metadata" not in node
    }


def python_tests() -> set[str]:
    files = (REPOSITORY / "tests").rglob("test_*.py")
    return {name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.M)}


def test_every_invariant_is_on_the_page() -> None:
    assert list(page()) == [f"I{number}" for number in range(1, 31)]


def test_the_page_names_tests_that_run_and_their_severity(manifest: dict[str, Any]) -> None:
    nodes, functions = data_tests(manifest), python_tests()
    for key, (severity, names) in page().items():
        if severity == "–":
            assert {name for name in names if name.startswith("test_")} <= functions, key
        else:
            assert names, key
            assert names <= set(nodes), key
            levels = {"warns" if nodes[name]["config"]["severity"] == "warn" else "stops" for name in names}
            assert levels == set(severity.split(", ")), key


def test_a_test_that_says_which_invariant_it_holds_is_on_its_row(manifest: dict[str, Any]) -> None:
    said: dict[str, set[str]] = defaultdict(set)
    for name, node in data_tests(manifest).items():
        for key in HOLDS.findall(node["config"]["description"]):
            said[key].add(name)
    written = {key: names for key, (severity, names) in page().items() if severity != "–"}
    assert {key: sorted(names) for key, names in said.items()} == {key: sorted(names) for key, names in written.items()}
