"""Writes the demo company: `python -m ingestion.demo --exports DIR --truth DIR [--seed N] [--invoice-lines N]`."""

import argparse
from pathlib import Path

from ingestion.demo import write_demo
from ingestion.demo.scale import write_large


def main() -> None:
    """Write the demo and its truth or, with `--invoice-lines`, the exports of a larger company without a truth."""
    parser = argparse.ArgumentParser(prog="ingestion.demo", description="The embedded demo company.")
    parser.add_argument("--exports", type=Path, required=True, help="folder of the exports")
    parser.add_argument("--truth", type=Path, help="folder of the truth (needed without --invoice-lines)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--invoice-lines", type=int, help="about how many invoice lines a large company should have")
    options = parser.parse_args()
    if options.invoice_lines:
        print(f"{write_large(options.exports, options.invoice_lines, options.seed)} invoice lines in {options.exports}")
        return
    if options.truth is None:
        parser.error("--truth is needed: the demo is written with the truth about it")
    summary = write_demo(options.exports, options.truth, options.seed)
    print(f"{sum(summary.export_rows.values())} rows in {options.exports}, the truth in {options.truth}")


if __name__ == "__main__":
    main()
