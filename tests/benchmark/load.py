"""The load alone, through dlt: `python -m tests.benchmark.load EXPORTS HOME`."""

import sys
from pathlib import Path

from ingestion.source import discover
from ingestion.warehouse import load


def run(exports: Path, home: Path) -> None:
    """Load the exports into a warehouse of their own."""
    load(
        discover()["files"],
        warehouse=home / "warehouse.duckdb",
        pipelines_dir=home / "dlt",
        options={"exports": exports},
    )


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
