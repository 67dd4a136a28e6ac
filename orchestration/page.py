"""The manager's page: what the published reports say, on one static page that needs no tool, no network, no script.

`render` reads the marts of one publication and nothing else, not even a clock: the same file gives the same page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from math import floor, log10
from typing import TYPE_CHECKING, Any

from orchestration import french

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from jinja2 import Template

Row = dict[str, Any]
"""A row of a query, by the names of its columns."""

TEMPLATE = "tableau_de_bord.html"

PUBLICATION = """
    select distinct as_of_on, known_on, publication_id, verdict, warning_count
    from marts.meta_publication
"""
GULF = """
    select
        bridge_month,
        sum(step_eur) filter (where step = 'promised') as promised_ht_eur,
        sum(reached_eur) filter (where step = 'vat') as promised_ttc_eur,
        sum(step_eur) filter (where step = 'signed') as signed_ttc_eur,
        sum(step_eur) filter (where step = 'cash_of_month_bookings') as cash_of_signed_ttc_eur,
        sum(step_eur) filter (where step = 'cash') as cash_ttc_eur,
        sum(gap_ttc_eur) filter (where step = 'cash') as gap_ttc_eur
    from marts.rpt_revenue_to_cash_bridge
    where bridge_month = (select max(bridge_month) from marts.rpt_revenue_to_cash_bridge where is_closed)
    group by bridge_month
"""
BRIDGE = """
    select
        step, is_level, tax_basis,
        sum(step_eur) as step_eur,
        case when is_level then 0 else sum(reached_eur) - sum(step_eur) end as from_eur,
        sum(reached_eur) as to_eur
    from marts.rpt_revenue_to_cash_bridge
    where bridge_month = (select max(bridge_month) from marts.rpt_revenue_to_cash_bridge where is_closed)
    group by step, is_level, tax_basis, step_position
    having is_level or sum(step_eur) is distinct from 0
    order by step_position
"""
OUTLOOK = """
    select step, is_level, tax_basis, list(month_eur order by outlook_month) as month_eurs
    from (
        select outlook_month, step_position, step, is_level, tax_basis, sum(step_eur) as month_eur
        from marts.rpt_revenue_to_cash_outlook
        group by outlook_month, step_position, step, is_level, tax_basis
    )
    group by step_position, step, is_level, tax_basis
    order by step_position
"""
OUTLOOK_MONTHS = "select distinct outlook_month from marts.rpt_revenue_to_cash_outlook order by outlook_month"
SCORECARD = "select * from marts.rpt_exec_scorecard where is_latest order by kpi_position"
ALERTS = "select * from marts.rpt_drift_alerts where is_latest order by stake_rank, rule_id, entity_label"
FORECAST = "select * from marts.rpt_cash_forecast_13w where layer = 'all' order by week_number"
BACKTEST = """
    select snapshot_count, wape_ratio, interval_coverage_ratio
    from marts.rpt_cash_forecast_backtest
    where client_type = 'all' and layer = 'all' and horizon_label = '1-4' and wape_ratio is not null
"""
AGING = """
    select aging_bucket, sum(open_ttc_eur) as open_ttc_eur, sum(instalment_count) as instalment_count
    from marts.rpt_ar_aging
    where as_of_on = (select max(as_of_on) from marts.rpt_ar_aging)
    group by aging_bucket, bucket_position
    order by bucket_position
"""
WIN_RATES = """
    select
        perimeter_kind, perimeter_label, entered_count, won_count, quote_signature_ratio, closed_win_ratio,
        cif_won_365_ratio, cash_confirmed_win_ratio
    from marts.rpt_funnel_conversion
    where cohort_label = 'all' and perimeter_kind in ('all', 'client_type')
    order by perimeter_kind = 'all', entered_count desc, perimeter_label
"""
CLIENTS = """
    select *
    from (
        select
            client_name, revenue_ht_eur, real_margin_eur, real_margin_ratio, destroyed_eur,
            row_number() over (order by real_margin_eur desc, client_id) as margin_rank,
            count(*) over () as client_count,
            count(*) filter (where real_margin_eur < 0) over () as losing_count
        from marts.rpt_client_profitability
        where window_label = 'last_12_months' and not is_pool and real_margin_eur is not null
    )
    where margin_rank <= 5 or margin_rank > client_count - 5
    order by margin_rank
"""
OFFERS = """
    select *
    from (
        select
            offer_name, is_pool, revenue_ht_eur, real_margin_eur, theoretical_margin_ratio, real_margin_ratio,
            row_number() over (order by is_pool, real_margin_eur desc, offer_id) as margin_rank,
            count(*) filter (where not is_pool) over () as offer_count,
            sum(revenue_ht_eur) over () as all_revenue_ht_eur,
            sum(real_margin_eur) over () as all_margin_eur
        from marts.rpt_margin_by_offer
        where cohort_label = 'all' and real_margin_eur is not null
    )
    where margin_rank <= 10 or margin_rank > offer_count - 10
    order by margin_rank
"""
CAPACITY = """
    select
        resource_pool,
        list(week_on order by week_on) as weeks,
        list(saturation_ratio order by week_on) as saturation_ratios,
        max(overload_hours) as overload_hours,
        arg_max(sellable_hours, week_on) as sellable_hours,
        coalesce(max(cumulative_committed_hours), 0) > 0 as is_committed
    from (
        select *
        from marts.rpt_capacity_load
        where not is_over
        qualify row_number() over (partition by resource_pool order by week_on) <= 8
    )
    group by resource_pool
    order by max(overload_hours) desc, max(cumulative_committed_hours) desc, resource_pool
"""
REPORTS = "select * from marts.ctl_report_availability order by report_name"
RECONCILIATIONS = """
    select
        check_label_fr, left_label_fr, right_label_fr, severity,
        max(as_of_on) as as_of_on,
        count(*) as day_count,
        arg_max(left_eur, as_of_on) as left_eur,
        arg_max(right_eur, as_of_on) as right_eur,
        max(abs(delta_eur)) as largest_delta_eur,
        bool_and(is_reconciled) as is_reconciled
    from marts.ctl_reconciliations
    group by check_id, check_position, check_label_fr, left_label_fr, right_label_fr, severity
    order by check_position
"""

OUTLOOK_STEPS = {
    "promised": "Promis au CRM",
    "vat": "TVA",
    "unlikely": "risque d’être perdu",
    "cashed_later": "encaissé un autre mois",
    "pipeline": "affaires à signer",
    "undelivered": "signé, à livrer",
    "to_invoice": "livré, à facturer",
    "receivables": "facturé, à encaisser",
    "retained": "retenues de garantie",
    "not_yet_known": "encore inconnu",
    "expected_cash": "Encaissement attendu",
}
AGING_BUCKETS = {
    "not_due": "Non échu",
    "1-30": "1 à 30 jours de retard",
    "31-60": "31 à 60 jours",
    "61-90": "61 à 90 jours",
    "91+": "plus de 90 jours",
    "retained": "Retenues de garantie",
    "credit_note": "Avoirs à imputer",
    "unallocated": "Règlements non affectés",
}
TRUST_LEVELS = {"good": "fiable", "provisional": "provisoire", "low": "fragile", "unknown": "inconnue"}


def render(connection: DuckDBPyConnection) -> str:
    """The page of the publication that a connection reads, in HTML. Its marts may be empty, never missing."""

    def ask(query: str) -> list[Row]:
        cursor = connection.execute(query)
        columns = [column for column, *_ in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    [publication] = ask(PUBLICATION)
    reconciliations = ask(RECONCILIATIONS)
    return _load_template().render(
        publication=publication,
        reports={report["report_name"]: report for report in ask(REPORTS)},
        reconciliations=reconciliations,
        gulf=next(iter(ask(GULF)), None),
        themes=[(theme, list(rows)) for theme, rows in groupby(ask(SCORECARD), lambda row: row["theme_label_fr"])],
        rules=_group_alerts(ask(ALERTS)),
        bridge=ask(BRIDGE),
        outlook=ask(OUTLOOK),
        outlook_months=ask(OUTLOOK_MONTHS),
        forecast=ask(FORECAST),
        backtest=next(iter(ask(BACKTEST)), None),
        aging=ask(AGING),
        win_rates=ask(WIN_RATES),
        clients=ask(CLIENTS),
        offers=ask(OFFERS),
        teams=ask(CAPACITY),
    )


def _load_template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("orchestration"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    formats: tuple[Callable[..., str], ...] = (
        french.number,
        french.euros,
        french.percent,
        french.days,
        french.day,
        french.shorten,
        french.typeset,
        points,
        quantity,
        short_euros,
    )
    environment.filters |= {write.__name__: write for write in formats}
    environment.globals |= {
        "compare": compare,
        "scale": Scale,
        "fit": fit,
        "choose_ticks": choose_ticks,
        "bridge_steps": french.BRIDGE_STEPS,
        "outlook_steps": OUTLOOK_STEPS,
        "aging_buckets": AGING_BUCKETS,
        "client_types": french.CLIENT_TYPES,
        "trust_levels": TRUST_LEVELS,
    }
    return environment.get_template(TEMPLATE)


def _group_alerts(alerts: list[Row]) -> list[list[Row]]:
    """The alerts of each rule, the rule with the highest stake first: what to do is said once."""
    rules: dict[str, list[Row]] = {}
    for alert in alerts:
        rules.setdefault(alert["rule_id"], []).append(alert)
    return list(rules.values())


def quantity(value: Decimal | None, unit: str, *, signed: bool = False) -> str:
    """A value in its unit: eur, ratio, days or points.

    >>> quantity(Decimal("0.125"), "ratio"), quantity(Decimal("43"), "points")
    ('12,5\\xa0%', '43\\xa0points')
    """
    if value is None:
        return french.UNKNOWN
    if unit == "eur":
        return french.euros(value, signed=signed)
    if unit == "ratio":
        return french.percent(value, signed=signed)
    if unit == "days":
        return french.days(value, signed=signed)
    return f"{french.number(value, signed=signed)}{french.SPACE}points"


def points(move: Decimal) -> str:
    """A difference of two ratios, in points of percentage.

    >>> points(Decimal("-0.3")), points(Decimal("0.012"))
    ('\u221230,0\\xa0pts', '+1,2\\xa0pt')
    """
    return f"{french.number(move * 100, 1, signed=True)}{french.SPACE}{'pt' if abs(move) < Decimal('0.02') else 'pts'}"


def short_euros(value: Decimal) -> str:
    """An amount for the axis of a chart, in thousands or millions where it is large.

    >>> short_euros(Decimal(250_000)), short_euros(Decimal(1_500_000)), short_euros(Decimal(0))
    ('250\\xa0k€', '1,5\\xa0M€', '0\\xa0€')
    """
    for size, unit in ((1_000_000, "M€"), (1_000, "k€")):
        if abs(value) >= size:
            scaled = value / size
            return f"{french.number(scaled, 0 if scaled == round(scaled) else 1)}{french.SPACE}{unit}"
    return french.euros(value)


@dataclass(frozen=True)
class Change:
    """How a value has moved, and whether it is where it should go."""

    arrow: str
    text: str
    verdict: str


def compare(now: Decimal | None, before: Decimal | None, unit: str, wanted_direction: str) -> Change | None:
    """What a value has become since an earlier one; None where one of them is unknown.

    Euros move by a share of what they were, or by euros where that was not positive; ratios by points of percentage.

    >>> compare(Decimal(90), Decimal(100), "eur", "down")
    Change(arrow='▼', text='\u221210,0\\xa0%', verdict='favorable')
    >>> compare(Decimal("-0.30"), Decimal("0.10"), "ratio", "zero")
    Change(arrow='▼', text='\u221240,0\\xa0pts', verdict='défavorable')
    """
    if now is None or before is None:
        return None
    move = now - before
    if not move:
        return Change("=", "inchangé", "stable")
    gain = {"up": move, "down": -move, "zero": abs(before) - abs(now)}[wanted_direction]
    if unit == "ratio":
        text = points(move)
    elif unit == "eur" and before > 0:
        text = french.percent(move / before, signed=True)
    else:
        text = quantity(move, unit, signed=True)
    verdict = "favorable" if gain > 0 else "défavorable" if gain < 0 else "stable"
    return Change("▲" if move > 0 else "▼", text, verdict)


@dataclass(frozen=True)
class Scale:
    """Where a value stands on a drawing: `low` is drawn at `start`, `high` at `end`, the rest in proportion."""

    low: float | Decimal
    high: float | Decimal
    start: float
    end: float

    def at(self, value: float | Decimal) -> float:
        """The place of a value, in units of the drawing.

        >>> Scale(0, 200, 0, 1000).at(50), Scale(0, 0, 10, 90).at(0)
        (250.0, 10.0)
        """
        span = float(self.high) - float(self.low)
        share = (float(value) - float(self.low)) / span if span else 0.0
        return round(self.start + share * (self.end - self.start), 1)


def fit(rows: list[Row], *columns: str) -> Scale:
    """The scale of a row of bars, a thousand units wide with its margins: every known value, and zero, have a place."""
    values = [Decimal(0), *(row[column] for row in rows for column in columns if row[column] is not None)]
    return Scale(min(values), max(values), 4, 996)


def choose_ticks(low: Decimal, high: Decimal, most: int = 5) -> list[Decimal]:
    """Round values that frame a range, zero among them: at most `most` steps apart by 1, 2 or 5 times a power of ten.

    >>> [int(tick) for tick in choose_ticks(Decimal(-40), Decimal(230))]
    [-100, 0, 100, 200, 300]
    """
    low, high = min(low, Decimal(0)), max(high, Decimal(1))
    power = Decimal(10) ** (floor(log10((high - low) / most)))
    step = next(power * times for times in (1, 2, 5, 10) if (high - low) / (power * times) <= most)
    return [step * place for place in range(floor(low / step), -floor(-high / step) + 1)]
