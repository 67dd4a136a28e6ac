"""Writes `legal_holidays.csv`: French public holidays, those of Alsace-Moselle, and the days on which TARGET does not settle.

Run from anywhere: `python dbt_project/seeds/generate_legal_holidays.py`. A test compares the file with what this writes.
"""

import csv
import datetime as dt
import io
from pathlib import Path

import holidays

FIRST_YEAR, LAST_YEAR = 2015, 2040
PATH = Path(__file__).with_name("legal_holidays.csv")


def legal_holidays() -> str:
    """The seed as CSV text: one row per day that is a holiday of at least one of the three calendars."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    france = holidays.country_holidays("FR", years=years, language="fr")
    alsace_moselle = holidays.country_holidays("FR", subdiv="57", years=years, language="fr")
    target = holidays.financial_holidays("XECB", years=years)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["holiday_on", "holiday_name", "is_fr_holiday", "is_alsace_moselle_holiday", "is_target_holiday"])
    for day in sorted({*france, *alsace_moselle, *target}):
        writer.writerow([day.isoformat(), name_of(day, france, alsace_moselle, target), *flags(day, france, alsace_moselle, target)])
    return text.getvalue()


def name_of(day: dt.date, *calendars: holidays.HolidayBase) -> str:
    """The day's name in the first calendar that knows it."""
    return next(calendar[day] for calendar in calendars if day in calendar)


def flags(day: dt.date, *calendars: holidays.HolidayBase) -> list[str]:
    """`true` or `false` per calendar."""
    return [str(day in calendar).lower() for calendar in calendars]


if __name__ == "__main__":
    PATH.write_text(legal_holidays(), encoding="utf-8")
