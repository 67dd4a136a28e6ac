"""Writes `legal_holidays.csv`: French public holidays, those of Alsace-Moselle, and the days on which TARGET is closed.

Run from anywhere: `python dbt_project/seeds/generate_legal_holidays.py`. A test compares the file with what it writes.
"""

import csv
import io
from pathlib import Path

import holidays

FIRST_YEAR, LAST_YEAR = 2015, 2040
PATH = Path(__file__).with_name("legal_holidays.csv")
HEADER = ("holiday_on", "holiday_name", "is_fr_holiday", "is_alsace_moselle_holiday", "is_target_holiday")


def legal_holidays() -> str:
    """The seed as CSV text: one row per day that is a holiday in at least one of the three calendars."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    calendars = (
        holidays.country_holidays("FR", years=years, language="fr"),
        holidays.country_holidays("FR", subdiv="57", years=years, language="fr"),
        holidays.financial_holidays("XECB", years=years),
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for day in sorted(set().union(*calendars)):
        name = next(calendar[day] for calendar in calendars if day in calendar)
        writer.writerow([day.isoformat(), name, *(str(day in calendar).lower() for calendar in calendars)])
    return text.getvalue()


if __name__ == "__main__":
    PATH.write_text(legal_holidays(), encoding="utf-8")
