"""The seed of holidays is what its generator writes, and has the days that the law and TARGET name."""

import csv
import runpy
from collections import Counter
from pathlib import Path

SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds"
SEED = SEEDS / "legal_holidays.csv"


def test_the_seed_is_what_its_generator_writes() -> None:
    generator = runpy.run_path(str(SEEDS / "generate_legal_holidays.py"))
    assert SEED.read_text(encoding="utf-8") == generator["legal_holidays"]()


def test_each_year_has_its_holidays_and_closing_days() -> None:
    rows = list(csv.DictReader(SEED.read_text(encoding="utf-8").splitlines()))
    closings = Counter(row["holiday_on"][:4] for row in rows if row["is_target_holiday"] == "true")
    legal = Counter(row["holiday_on"][:4] for row in rows if row["is_fr_holiday"] == "true")
    assert set(closings.values()) == {6}
    assert set(legal.values()) == {11}
