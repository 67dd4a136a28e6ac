"""French working days, payment terms and payment runs."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache


def easter(year: int) -> date:
    """Return Easter Sunday (Gregorian computus, Meeus)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    """Return the eleven legal holidays of article L3133-1 of the labour code."""
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    moving = {easter(year) + timedelta(days=days) for days in (1, 39, 50)}
    return frozenset({date(year, month, day) for month, day in fixed} | moving)


def is_working(day: date) -> bool:
    """Say whether the company and its clients work that day."""
    return day.weekday() < 5 and day not in holidays(day.year)


def working_day(day: date, step: int = 1) -> date:
    """Return the day itself if worked, else the next worked day (the previous one with step -1)."""
    while not is_working(day):
        day += timedelta(days=step)
    return day


def month_end(day: date) -> date:
    """Return the last day of the month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_ends(first: date, last: date) -> Iterator[date]:
    """Yield the month-ends from the month of the first day to the last day, included where it is one."""
    day = month_end(first)
    while day <= last:
        yield day
        day = month_end(day + timedelta(days=1))


@dataclass(frozen=True)
class Term:
    """Payment terms: what is written, and how this client reads it.

    `rule` is `net` (invoice + days), `eom_then_days`, `days_then_eom` (the two legal readings of "fin de mois") or
    `days_then_eom_tenth` (days, end of month, then the 10th).
    """

    label: str
    days: int
    rule: str = "net"

    def due_on(self, issued_on: date) -> date:
        """Return the date on which an invoice issued that day falls due."""
        if self.rule == "eom_then_days":
            return month_end(issued_on) + timedelta(days=self.days)
        due = issued_on + timedelta(days=self.days)
        if self.rule == "days_then_eom":
            return month_end(due)
        if self.rule == "days_then_eom_tenth":
            return month_end(due) + timedelta(days=10)
        return due


def next_run(day: date, run_days: tuple[int, ...]) -> date:
    """Return the first payment run on or after a day; a run day of 31 is the end of the month."""
    for months in (0, 1):
        month = add_months(day.replace(day=1), months)
        for run_day in run_days:
            run = working_day(month.replace(day=min(run_day, month_end(month).day)), step=-1)
            if run >= day:
                return run
    return working_day(day)
