"""The headline questions, answered in French from the published file: what `make demo` ends with."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from orchestration.french import BRIDGE_STEPS, CLIENT_TYPES, SPACE, UNKNOWN, days, euros, number, percent, shorten
from orchestration.publication import FILE_NAME, PAGE_NAME, PublicationError, find_current

CHAIN = """
    select step, is_level, tax_basis, sum(step_eur)
    from marts.rpt_signed_euro_chain
    where is_level or step = 'vat'
    group by step, is_level, tax_basis, step_position
    order by step_position
"""
STEPS = {
    "proposed": "Proposé",
    "signed": "Signé",
    "delivered": "Livré, ou facturé d’avance",
    "invoiced": "Facturé",
    "due": "Échu",
    "cashed": "Encaissé",
}
BRIDGE = """
    select bridge_month, step, is_level, tax_basis, sum(step_eur), sum(gap_ttc_eur)
    from marts.rpt_revenue_to_cash_bridge
    where bridge_month = (select max(bridge_month) from marts.rpt_revenue_to_cash_bridge where is_closed)
    group by bridge_month, step, is_level, tax_basis, step_position
    order by step_position
"""
WIN_RATES = """
    select perimeter_label, closed_win_ratio, cif_won_365_ratio, won_count, entered_count
    from marts.rpt_funnel_conversion
    where cohort_label = 'all' and perimeter_kind in ('all', 'client_type')
    order by perimeter_kind = 'all', entered_count desc
"""
CYCLE = """
    select leg, censored_median_days, weighted_days
    from marts.rpt_cycle_times
    where cohort_label = 'all' and perimeter_kind = 'all'
    order by leg_position
"""
LEGS = {
    "created_to_quoted": "de l’affaire au devis",
    "quoted_to_signed": "du devis à la signature",
    "signed_to_delivered": "de la signature à la livraison",
    "delivered_to_invoiced": "de la livraison à la facture",
    "invoiced_to_due": "de la facture à l’échéance",
    "due_to_cashed": "de l’échéance à l’encaissement",
    "quoted_to_cashed": "du devis à l’encaissement",
}
RECEIVABLES = """
    select dso_countback_days, dso_365_days, delinquent_365_days, ar_gross_ttc_eur, overdue_ttc_eur
    from marts.rpt_ar_health_monthly
    where perimeter_kind = 'all'
    order by as_of_on desc
    limit 1
"""
PROFITS = """
    select profit_rank, revenue_rank, client_name, revenue_ht_eur, real_margin_eur, real_margin_ratio
    from (
        select *, max(profit_rank) over () as client_count
        from marts.rpt_client_profitability
        where window_label = 'to_date' and not is_pool and real_margin_eur is not null
    )
    where profit_rank <= 5 or profit_rank > client_count - 5
    order by profit_rank
"""
MISSING = "select report_name, note_fr from marts.ctl_report_availability where not is_available order by report_name"
PUBLICATION = "select as_of_on, publication_id, verdict, warning_count from marts.meta_publication limit 1"


def print_answers(published: Path, console: Console) -> None:
    """Print the answers that the current publication gives.

    Raises PublicationError when nothing has been published yet.
    """
    import duckdb

    if find_current(published) is None:
        raise PublicationError(f"{published} holds no publication yet: run `make demo` or `make run` first.")
    with duckdb.connect(published / FILE_NAME, read_only=True) as connection:

        def ask(query: str) -> list[tuple[Any, ...]]:
            return connection.execute(query).fetchall()

        [(as_of_on, publication_id, verdict, warnings)] = ask(PUBLICATION)
        console.print(f"\n[bold]Ce qu’est devenu l’euro signé, au {as_of_on:%d/%m/%Y}[/]\n", highlight=False)
        sections = [
            _chain(ask(CHAIN)),
            *_bridge(ask(BRIDGE)),
            _win_rates(ask(WIN_RATES)),
            _cycle(ask(CYCLE)),
            _receivables(ask(RECEIVABLES)),
            _profits(ask(PROFITS)),
            *_missing(ask(MISSING)),
        ]
    for section in sections:
        console.print(Padding(section, (0, 0, 1, 2)), highlight=False)
    judged = "sans réserve" if verdict == "passed" else f"avec {warnings} avertissement{'s' if warnings > 1 else ''}"
    console.print(f"Publication {publication_id}, contrôlée {judged}{SPACE}:", highlight=False, markup=False)
    for name in (FILE_NAME, "parquet", PAGE_NAME):
        console.print(f"  {published / name}", highlight=False, markup=False)


def _chain(rows: list[tuple[Any, ...]]) -> Table:
    """The levels, each with its difference from the one above: a column that adds up, VAT included."""
    table = _table("De la promesse à la caisse", "étape", "montant", "écart")
    vat = next((amount for step, is_level, _, amount in rows if step == "vat"), None)
    previous = None
    for step, _, tax_basis, amount in rows:
        if step == "vat":
            continue
        if step == "signed" and vat is not None and amount is not None:
            table.add_row("Signé, hors taxe", f"{euros(amount - vat)} HT", _gap(amount - vat, previous))
            table.add_row("TVA", "", euros(vat, signed=True))
            table.add_row("Signé", f"{euros(amount)} TTC", "")
        else:
            table.add_row(STEPS.get(step, step), f"{euros(amount)} {tax_basis.upper()}", _gap(amount, previous))
        previous = amount
    return table


def _gap(amount: Decimal | None, previous: Decimal | None) -> str:
    return "" if amount is None or previous is None else euros(amount - previous, signed=True)


def _bridge(rows: list[tuple[Any, ...]]) -> Iterator[Group]:
    """The last closed month, all segments: the levels and, under each, the flows that are not 0 until the next."""
    if not rows:
        return
    from babel.dates import format_date

    month, *_ = rows[0]
    name = format_date(month, "LLLL y", locale="fr")
    table = _table(f"Promesse et caisse d’un même mois{SPACE}: {name}", "étape", "montant", "écart")
    for _, step, is_level, tax_basis, amount, _ in rows:
        label = BRIDGE_STEPS.get(step, step)
        if is_level:
            table.add_row(label, f"{euros(amount)} {tax_basis.upper()}", "")
        elif amount:
            table.add_row(f"  {label}", "", euros(amount, signed=True))
    *_, cash, gap = rows[-1]
    if gap is None:
        yield Group(table)
        return
    promised = cash - gap
    share = f", soit {percent(gap / promised)}" if promised else ""
    yield Group(table, Text(f"Écart à la promesse TTC{SPACE}: {euros(gap, signed=True)}{share}"))


def _win_rates(rows: list[tuple[Any, ...]]) -> Table:
    table = _table(
        "Taux de transformation par type de client",
        "type",
        "gagnées parmi\nles closes",
        "probabilité de\ngain à un an",
        "gagnées / entrées",
    )
    for client_type, closed, incidence, won, entered in rows:
        table.add_row(
            CLIENT_TYPES.get(client_type, client_type),
            percent(closed),
            percent(incidence),
            f"{number(won)} / {number(entered)}",
        )
    return table


def _cycle(rows: list[tuple[Any, ...]]) -> Table:
    table = _table("Du devis à l’encaissement", "étape", "médiane", "pondéré par les euros")
    for leg, median, weighted in rows:
        table.add_row(LEGS.get(leg, leg), days(median), days(weighted))
    return table


def _receivables(rows: list[tuple[Any, ...]]) -> Text | Group:
    title = Text("Délai de règlement des clients (DSO)", style="bold")
    if not rows:
        return Group(title, Text(UNKNOWN))
    [(countback, classic, late, open_amount, overdue)] = rows
    return Group(
        title,
        Text(f"{days(countback)} par épuisement du chiffre d’affaires"),
        Text(f"{days(classic)} sur douze mois, dont {days(late)} de retard"),
        Text(f"{euros(open_amount)} TTC de créances, dont {euros(overdue)} échus"),
    )


def _profits(rows: list[tuple[Any, ...]]) -> Table:
    table = _table(
        "Les cinq clients les plus rentables, et les cinq moins rentables",
        "client",
        "rang\nde marge",
        "rang\nde CA",
        "chiffre\nd’affaires HT",
        "marge\nréelle",
        "taux",
    )
    previous = 0
    for profit_rank, revenue_rank, name, revenue, margin, ratio in rows:
        if profit_rank > previous + 1:
            table.add_row("…")
        previous = profit_rank
        table.add_row(
            shorten(str(name)), number(profit_rank), number(revenue_rank), euros(revenue), euros(margin), percent(ratio)
        )
    return table


def _missing(rows: list[tuple[Any, ...]]) -> Iterator[Group]:
    if rows:
        yield Group(Text("Non disponible", style="bold"), *(Text(f"{name}{SPACE}: {note}") for name, note in rows))


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(first, header_style="dim", no_wrap=True)
    for name in others:
        table.add_column(name, justify="right", header_style="dim", no_wrap=True)
    return table
