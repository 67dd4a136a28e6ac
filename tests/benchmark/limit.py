"""The limit: a hand-written DuckDB script that loads the same files and answers the same headline questions.

Run in its own process: `python -m tests.benchmark.limit EXPORTS DATABASE [AS_OF]`; without a date it only loads.
"""

import sys
from pathlib import Path

import duckdb

FOLDER = Path(__file__).parent


def run(exports: Path, database: Path, as_of: str | None) -> None:
    """Write the tables, and with a date the reports, into a new database file."""
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute((FOLDER / "limit_load.sql").read_text().replace("{exports}", str(exports)))
        if as_of:
            connection.execute((FOLDER / "limit_reports.sql").read_text().replace("{as_of}", as_of))


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
