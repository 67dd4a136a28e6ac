"""How figures, dates and words are written for French readers, on the terminal and on the page."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

NARROW_SPACE, SPACE = "\u202f", "\u00a0"
UNKNOWN = "n. d."
FRENCH_MARKS = str.maketrans(",.-", f"{NARROW_SPACE},\u2212")

BRIDGE_STEPS = {
    "promised": "Promis au CRM",
    "vat": "TVA, telle que signée",
    "not_won": "perdu",
    "still_open": "encore ouvert",
    "won_not_ordered": "gagné, sans commande",
    "amount_change": "écart de montant à la signature",
    "pushed_out": "signé un autre mois",
    "pulled_in": "promis un autre mois",
    "unpromised": "signé sans promesse",
    "signed": "Signé dans le mois",
    "cancelled_or_credited": "annulé ou crédité",
    "undelivered": "à livrer",
    "delivered_to_invoice": "livré, à facturer",
    "over_invoiced": "facturé en trop",
    "invoiced_not_due": "facturé, non échu",
    "retained": "retenues de garantie",
    "overdue": "en retard",
    "written_off": "soldé sans encaissement",
    "cash_of_month_bookings": "Encaissé sur ces signatures",
    "cash_of_earlier_bookings": "sur les signatures d’avant",
    "cash_outside_crm": "sur factures hors CRM",
    "credit_notes_used": "avoirs imputés, sans argent",
    "unapplied_cash": "décalage d’affectation",
    "cash": "Encaissé en banque",
}
CLIENT_TYPES = {"all": "ensemble", "individual": "particulier", "unknown": "inconnu"}


def number(value: int | Decimal | None, decimals: int = 0, *, signed: bool = False) -> str:
    """A number as the French write it.

    >>> number(Decimal("-1234567.5"), 1)
    '\u22121\\u202f234\\u202f567,5'
    >>> number(Decimal("-0.4"))
    '0'
    """
    if value is None:
        return UNKNOWN
    text = f"{round(Decimal(value), decimals) + 0:{'+' if signed else ''},.{decimals}f}"
    return text.translate(FRENCH_MARKS)


def euros(value: Decimal | None, *, signed: bool = False) -> str:
    """An amount, to the euro."""
    return UNKNOWN if value is None else f"{number(value, signed=signed)}{SPACE}€"


def percent(ratio: Decimal | None, decimals: int = 1, *, signed: bool = False) -> str:
    """A ratio of 0-1 as a percentage."""
    return UNKNOWN if ratio is None else f"{number(ratio * 100, decimals, signed=signed)}{SPACE}%"


def days(value: Decimal | None, *, signed: bool = False) -> str:
    """A duration, to the day."""
    if value is None:
        return UNKNOWN
    return f"{number(value, signed=signed)}{SPACE}{'jour' if abs(round(value)) < 2 else 'jours'}"


def day(value: date, pattern: str = "d MMMM y") -> str:
    """A date, written by a pattern of the Unicode locale data: `d MMMM y` is the day in full, `LLLL y` the month.

    >>> day(date(2026, 10, 1)), day(date(2026, 8, 31), "LLLL y")
    ('1er octobre 2026', 'août 2026')
    """
    from babel.dates import format_date

    return re.sub(r"^1 ", "1er ", format_date(value, pattern, locale="fr"))


def shorten(name: str, width: int = 24) -> str:
    """A name cut to a width, so that the numbers beside it are never cut.

    >>> shorten("Syndicat des eaux de Lanvézac")
    'Syndicat des eaux de La…'
    """
    return name if len(name) <= width else f"{name[: width - 1]}…"


def typeset(text: str) -> str:
    """A text typed on a keyboard, with the apostrophes and the no-break spaces of print.

    >>> typeset("L'offre : rien ; lire la suite")
    'L’offre\\xa0: rien\\u202f; lire la suite'
    """
    text = text.replace("'", "’").replace(" :", f"{SPACE}:").replace("« ", f"«{SPACE}").replace(" »", f"{SPACE}»")
    return re.sub(r" ([;!?])", rf"{NARROW_SPACE}\1", text)
