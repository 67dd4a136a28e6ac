"""Exact money: Decimal amounts, rounded half away from zero to the cent, and split without losing one."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def cents(amount: Decimal) -> Decimal:
    """Return the amount rounded to the cent, half away from zero, as invoices are."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def decimal(number: float, places: int = 2) -> Decimal:
    """Return a drawn number as a Decimal with so many places; the only door from floats to money."""
    return Decimal(f"{number:.{places}f}")


def with_tax(before_tax: Decimal, rate: Decimal) -> Decimal:
    """Return the amount with tax of an amount before tax."""
    return before_tax + cents(before_tax * rate)


def proportion(total: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """Return `total x part / whole` to the cent; 0 of a whole that is 0 (a free line)."""
    return cents(total * part / whole) if whole else ZERO


def split(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Split a total by weights: the last part takes what cumulative rounding left, so the parts add up exactly."""
    whole = sum(weights, ZERO)
    bounds = [ZERO]
    for weight in weights:
        bounds.append(bounds[-1] + weight)
    marks = [proportion(total, bound, whole) for bound in bounds]
    return [after - before for before, after in pairwise(marks)]
