"""Who reads what: each role has its reports and a query to open, and each report has a reader."""

import re
from typing import Any

ROLES = {"manager", "sales", "accounting", "production", "finance"}
NAMED = re.compile(r"marts\.(\w+)")

Exposure = dict[str, Any]


def exposures(manifest: dict[str, Any]) -> list[Exposure]:
    """The exposures of the project."""
    return list(manifest["exposures"].values())


def read(manifest: dict[str, Any], exposure: Exposure) -> set[str]:
    """The names of the relations that an exposure depends on."""
    return {manifest["nodes"][key]["name"] for key in exposure["depends_on"]["nodes"]}


def test_each_role_of_the_company_is_exposed_once(manifest: dict[str, Any]) -> None:
    assert sorted(exposure["name"] for exposure in exposures(manifest)) == sorted(ROLES)


def test_every_report_has_a_reader(manifest: dict[str, Any]) -> None:
    reports = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["name"].startswith("rpt_")
    }
    assert reports - set().union(*(read(manifest, exposure) for exposure in exposures(manifest))) == set()


def test_a_role_owns_its_exposure_and_no_person_does(manifest: dict[str, Any]) -> None:
    for exposure in exposures(manifest):
        assert exposure["owner"]["name"]
        assert not exposure["owner"].get("email")
        assert exposure["label"]
        assert len(exposure["description"]) > 60


def test_a_role_opens_a_query_on_a_report_of_its_own(manifest: dict[str, Any]) -> None:
    for exposure in exposures(manifest):
        opened = set(NAMED.findall(exposure["config"]["meta"]["query"]))
        assert opened
        assert opened <= read(manifest, exposure)
