"""How orders are invoiced: deposits and their deduction, what was delivered, in advance, or by an instalment plan."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from ingestion.demo.collecting import Collector
from ingestion.demo.crediting import Corrections
from ingestion.demo.documents import DEPOSIT_ACCOUNT, Plan, order_line, plain_line, post, retention_plan
from ingestion.demo.money import ZERO, cents, split
from ingestion.demo.world import InvoiceFile, LineFile, OrderFile, World


class Billing:
    """The invoicing clerk."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.collector = Collector(world)
        self.corrections = Corrections(world, self.collector)

    def deposit(self, file: OrderFile, share: Decimal, day: date) -> InvoiceFile:
        """Invoice a deposit: a share of the order, one line per VAT rate, to be deducted later."""
        lines = []
        for vat in sorted({line.vat for line in file.lines}):
            ht = cents(sum((line.live for line in file.lines if line.vat == vat), ZERO) * share)
            line = plain_line("deposit", ht, vat, DEPOSIT_ACCOUNT)
            lines.append(line)
            file.deposits.append((line.ht, line.ttc, vat))
        ttc = sum((line.ttc for line in lines), ZERO)
        plan: Plan = [(ttc, day + timedelta(days=8), "deposit")]
        invoice = post(self.world, file.client, file, lines, day, "deposit", plan)
        self.collector.expect(invoice)
        return invoice

    def invoice(
        self, file: OrderFile, marks: Mapping[str, Decimal], day: date, *, is_final: bool = False, plan: str = ""
    ) -> InvoiceFile | None:
        """Invoice order lines up to cumulative amounts before tax; the final invoice deducts the deposits.

        `plan` is `30/40/30` for an instalment plan, `retention` to keep 5 % for a year, or nothing.
        """
        is_first = all(not line.invoiced for line in file.lines)
        wanted = [
            line for line in file.lines if marks[line.order_line_id] != line.invoiced or (is_first and not line.ht)
        ]
        if not wanted:
            return None
        lines = [order_line(line, marks[line.order_line_id]) for line in wanted]
        if is_final:
            lines += [
                plain_line("deposit_deduction", -ht, vat, DEPOSIT_ACCOUNT, ttc=-ttc) for ht, ttc, vat in file.deposits
            ]
            file.deposits = []
        ttc = sum((line.ttc for line in lines), ZERO)
        invoice = post(
            self.world,
            file.client,
            file,
            lines,
            day,
            "final" if is_final and any(line.role == "deposit_deduction" for line in lines) else "invoice",
            self._plan(file, ttc, day, plan),
        )
        if ttc > 0:
            self.collector.expect(invoice)
            self.corrections.foresee(invoice)
        return invoice

    def _plan(self, file: OrderFile, ttc: Decimal, day: date, plan: str) -> Plan | None:
        if plan == "retention" and ttc > 0:
            return retention_plan(ttc, day, file.client)
        if plan == "30/40/30":
            amounts = split(ttc, [Decimal(30), Decimal(40), Decimal(30)])
            return [(amount, day + timedelta(days=15 + 45 * index), "standard") for index, amount in enumerate(amounts)]
        return None

    def invoice_delivered(
        self, file: OrderFile, day: date, *, is_final: bool = False, plan: str = ""
    ) -> InvoiceFile | None:
        """Invoice everything delivered and not yet invoiced."""
        marks = {line.order_line_id: max(line.delivered, line.invoiced) for line in file.lines}
        return self.invoice(file, marks, day, is_final=is_final, plan=plan)

    def invoice_all(self, file: OrderFile, day: date, plan: str = "") -> InvoiceFile | None:
        """Invoice the whole order, delivered or not."""
        return self.invoice(file, {line.order_line_id: line.live for line in file.lines}, day, plan=plan)


def share_of(line: LineFile, share: Decimal) -> Decimal:
    """Return a share of an order line before tax, at most what is not cancelled."""
    return min(cents(line.ht * share), line.live)
