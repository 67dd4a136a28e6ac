"""The suites: `suites/<schema>/<folder>.py`, each with its `SUITES`.

The filesystem is the registry: a module is found because it is there; one whose name begins with `_` holds no suite.
"""

from __future__ import annotations

import importlib
import pkgutil

from data_quality.vocabulary import Suite


def discover(schema: str | None = None) -> list[Suite]:
    """Every suite, or those of one schema (`raw_files`, `marts`), in the order of their relations.

    Raises ValueError when two suites claim the same relation.
    """
    found: dict[str, Suite] = {}
    for module in pkgutil.walk_packages(__path__, prefix=f"{__name__}."):
        if module.ispkg or module.name.rpartition(".")[2].startswith("_"):
            continue
        for suite in importlib.import_module(module.name).SUITES:
            if suite.relation in found:
                raise ValueError(f"{suite.relation} has two suites; the second is in {module.name}")
            found[suite.relation] = suite
    return [suite for relation, suite in sorted(found.items()) if schema in (None, suite.schema)]
