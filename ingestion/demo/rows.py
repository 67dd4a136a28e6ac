"""The event log as rows of the source contract, one function per entity and system, values still typed."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from ingestion.demo.company import FIRST_DAY, LAST_DAY, OFFERS, OWNERS, PRICE_RISES, STAGES
from ingestion.demo.facts import Log, Quote, QuoteLine
from ingestion.demo.world import list_price

Row = Mapping[str, object]
SIX_PLACES = Decimal("0.000001")


class Rows:
    """The rows of a log; clients are named by the code of the system that exports them."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.codes = {(record.system, record.client_key): record.client_id for record in reversed(log.records)}

    def of(self, system: str, entity: str) -> Iterator[Row]:
        """Yield the rows of an entity as a system exports it."""
        if entity == "clients":
            return self._clients(system)
        method: Callable[[], Iterator[Row]] = getattr(self, entity)
        return method()

    def _code(self, system: str, client_key: str | None) -> str | None:
        return self.codes[system, client_key] if client_key else None

    def _clients(self, system: str) -> Iterator[Row]:
        for record in self.log.records:
            if record.system == system:
                yield {
                    "client_id": record.client_id,
                    "client_name": record.name,
                    "siren": record.siren,
                    "vat_number": record.vat_number,
                    "accounting_code": record.accounting_code,
                    "email_domain": record.email_domain,
                    "client_type": record.client_type,
                    "segment": record.segment,
                    "country_code": record.country,
                    "postcode": record.postcode,
                    "owner_id": record.owner_id,
                    "payment_term_label": record.term_label,
                    "is_intercompany": record.is_intercompany,
                    "created_on": record.created_on,
                    "insolvent_on": record.insolvent_on,
                    "credit_limit_eur": record.credit_limit,
                }

    def owners(self) -> Iterator[Row]:
        """Yield the salespeople's seats."""
        for owner_id, (team, is_active) in OWNERS.items():
            yield {"owner_id": owner_id, "team": team, "is_active": is_active}

    def stages(self) -> Iterator[Row]:
        """Yield the stages of both pipelines."""
        for stage in STAGES:
            yield {
                "stage_id": stage.stage_id,
                "pipeline": stage.pipeline,
                "stage_name": stage.name,
                "position": stage.position,
                "stage_class": stage.stage_class,
                "default_probability_ratio": stage.probability,
            }

    def deals(self) -> Iterator[Row]:
        """Yield the deals as they stand."""
        probabilities = {stage.stage_id: stage.probability for stage in STAGES}
        for deal in self.log.deals.values():
            client = self.log.clients[deal.client_key]
            yield {
                "deal_id": deal.deal_id,
                "client_id": deal.crm_client_id,
                "owner_id": deal.owner_id,
                "deal_name": deal.name,
                "pipeline": deal.pipeline,
                "stage_id": deal.stage_id,
                "outcome": deal.outcome,
                "lost_reason": deal.lost_reason,
                "ht_doc_amount": deal.crm_amount,
                "currency_code": client.currency,
                "exchange_rate": client.exchange_rate,
                "probability_ratio": probabilities[deal.stage_id],
                "deal_type": deal.deal_type,
                "channel": deal.channel,
                "created_at": deal.created_at,
                "expected_close_on": deal.expected_close_on,
                "closed_at": deal.closed_at,
                "merged_into_deal_id": deal.merged_into,
            }

    def deal_stage_events(self) -> Iterator[Row]:
        """Yield the stage moves."""
        for event in self.log.stage_events:
            yield {
                "deal_stage_event_id": event.event_id,
                "deal_id": event.deal_id,
                "from_stage_id": event.from_stage_id,
                "to_stage_id": event.to_stage_id,
                "occurred_at": event.occurred_at,
            }

    def activities(self) -> Iterator[Row]:
        """Yield the activities."""
        for activity in self.log.activities:
            yield {
                "activity_id": activity.activity_id,
                "deal_id": activity.deal_id,
                "client_id": activity.crm_client_id,
                "activity_kind": activity.kind,
                "occurred_at": activity.occurred_at,
                "duration_minutes": activity.minutes,
            }

    def quotes(self) -> Iterator[Row]:
        """Yield each quote line with its quote's header repeated: the CRM exports both in one file."""
        for quote in self.log.quotes.values():
            for line in quote.lines:
                yield {**_quote_header(quote), **_quote_line(line)}

    def acquisition_costs(self) -> Iterator[Row]:
        """Yield marketing spend."""
        for spend in self.log.spends:
            yield {
                "acquisition_cost_id": spend.spend_id,
                "spent_month": spend.month,
                "channel": spend.channel,
                "segment": spend.segment,
                "cost_eur": spend.amount,
            }

    def offers(self) -> Iterator[Row]:
        """Yield the catalogue with its costs of the last year."""
        for offer in OFFERS.values():
            yield {
                "offer_id": offer.offer_id,
                "offer_name": offer.name,
                "family": offer.family,
                "offer_kind": offer.kind,
                "standard_unit_cost": list_price(offer.unit_cost, LAST_DAY),
            }

    def list_prices(self) -> Iterator[Row]:
        """Yield a price per offer and year."""
        for offer in OFFERS.values():
            for year in PRICE_RISES:
                start = max(date(year, 1, 1), FIRST_DAY)
                yield {
                    "list_price_id": f"{offer.offer_id}-{year}",
                    "offer_id": offer.offer_id,
                    "valid_from_on": start,
                    "valid_to_on": date(year, 12, 31) if year < LAST_DAY.year else None,
                    "list_unit_price": list_price(offer.list_price, start),
                }

    def orders(self) -> Iterator[Row]:
        """Yield the orders."""
        for order in self.log.orders.values():
            yield {
                "order_id": order.order_id,
                "order_number": order.order_id,
                "quote_id": order.quote_id,
                "deal_id": order.deal_id,
                "client_id": self._code("gestion", order.client_key),
                "sale_type": order.sale_type,
                "signed_on": order.signed_on,
                "currency_code": order.currency,
                "exchange_rate": order.exchange_rate,
            }

    def order_lines(self) -> Iterator[Row]:
        """Yield signatures, amendments and cancellations."""
        for change in self.log.changes:
            yield {
                "order_line_change_id": change.change_id,
                "order_line_id": change.order_line_id,
                "order_id": change.order_id,
                "change_kind": change.kind,
                "offer_id": change.offer_id,
                "quantity": change.quantity,
                "ht_doc_amount": change.ht,
                "ttc_doc_amount": change.ttc,
                "standard_cost_eur": change.standard_cost,
                "effective_on": change.effective_on,
                "recorded_on": change.recorded_on,
                "promised_delivery_on": change.promised_on,
                "reason": change.reason,
            }

    def deliveries(self) -> Iterator[Row]:
        """Yield deliveries and returns."""
        for delivery in self.log.deliveries:
            yield {
                "delivery_id": delivery.delivery_id,
                "order_id": delivery.order_id,
                "order_line_id": delivery.order_line_id,
                "delivered_on": delivery.delivered_on,
                "recorded_on": delivery.recorded_on,
                "quantity": delivery.quantity,
                "ht_doc_amount": delivery.ht,
                "evidence": delivery.evidence,
            }

    def time_entries(self) -> Iterator[Row]:
        """Yield the hours worked, by day."""
        for entry in sorted(self.log.time_entries, key=lambda item: (item.worked_on, item.time_entry_id)):
            yield {
                "time_entry_id": entry.time_entry_id,
                "worked_on": entry.worked_on,
                "resource_pool": entry.pool,
                "activity_kind": entry.kind,
                "order_id": entry.order_id,
                "deal_id": entry.deal_id,
                "client_id": self._code("gestion", entry.client_key),
                "hours": entry.hours,
                "hourly_cost_eur": entry.hourly_cost,
            }

    def costs(self) -> Iterator[Row]:
        """Yield the cost entries."""
        for cost in self.log.costs:
            yield {
                "cost_id": cost.cost_id,
                "cost_on": cost.cost_on,
                "recorded_on": cost.recorded_on,
                "cost_kind": cost.kind,
                "order_id": cost.order_id,
                "client_id": self._code("gestion", cost.client_key),
                "offer_id": cost.offer_id,
                "cost_eur": cost.amount,
                "ledger_account": cost.account,
            }

    def capacity(self) -> Iterator[Row]:
        """Yield weekly capacities."""
        for capacity in self.log.capacities:
            yield {
                "capacity_id": capacity.capacity_id,
                "resource_pool": capacity.pool,
                "week_on": capacity.week_on,
                "capacity_hours": capacity.hours,
            }

    def invoices(self) -> Iterator[Row]:
        """Yield invoices and credit notes; a draft has no number, and only posted documents a residual."""
        for invoice in self.log.invoices.values():
            yield {
                "invoice_id": invoice.invoice_id,
                "invoice_number": invoice.invoice_id if invoice.state != "draft" else None,
                "doc_type": invoice.doc_type,
                "state": invoice.state,
                "client_id": self._code("compta", invoice.client_key),
                "order_id": invoice.order_id,
                "credited_invoice_id": invoice.credited_invoice_id,
                "credit_reason": invoice.credit_reason,
                "issued_on": invoice.issued_on,
                "recorded_on": invoice.recorded_on,
                "currency_code": invoice.currency,
                "exchange_rate": invoice.exchange_rate,
                "ht_doc_amount": invoice.ht,
                "vat_doc_amount": invoice.ttc - invoice.ht,
                "ttc_doc_amount": invoice.ttc,
                "residual_reported_doc_amount": self.log.residuals.get(invoice.invoice_id),
                "payment_term_label": invoice.term_label,
                "disputed_from_on": invoice.disputed_from,
                "disputed_to_on": invoice.disputed_to,
            }

    def invoice_lines(self) -> Iterator[Row]:
        """Yield the lines of invoices and credit notes."""
        for invoice in self.log.invoices.values():
            for line in invoice.lines:
                yield {
                    "invoice_line_id": f"{invoice.invoice_id}-L{line.line_number:02d}",
                    "invoice_id": invoice.invoice_id,
                    "line_number": line.line_number,
                    "order_line_id": line.order_line_id,
                    "offer_id": line.offer_id,
                    "line_role": line.role,
                    "quantity": line.quantity,
                    "list_unit_price": line.list_price,
                    "net_unit_price": line.net_price,
                    "ht_doc_amount": line.ht,
                    "vat_doc_amount": line.tax,
                    "ttc_doc_amount": line.ttc,
                    "tax_rate_ratio": line.vat,
                    "ledger_account": line.account,
                }

    def instalments(self) -> Iterator[Row]:
        """Yield due dates; the date is empty where the document only states its terms."""
        for instalment in self.log.instalments.values():
            yield {
                "instalment_id": instalment.instalment_id,
                "invoice_id": instalment.invoice_id,
                "instalment_number": instalment.number,
                "due_on": instalment.due_on if instalment.is_written else None,
                "ttc_doc_amount": instalment.ttc,
                "instalment_kind": instalment.kind,
            }

    def payments(self) -> Iterator[Row]:
        """Yield payments and refunds."""
        for payment in self.log.payments.values():
            yield {
                "payment_id": payment.payment_id,
                "client_id": self._code("compta", payment.payer_key),
                "paid_on": payment.paid_on,
                "recorded_on": payment.recorded_on,
                "direction": payment.direction,
                "paid_doc_amount": payment.amount,
                "currency_code": payment.currency,
                "exchange_rate": payment.exchange_rate,
                "instrument": payment.instrument,
                "payment_reference": payment.reference,
                "state": payment.state,
                "bounced_on": payment.bounced_on,
            }

    def allocations(self) -> Iterator[Row]:
        """Yield matches; the instalment is named only where the clerk named it."""
        for allocation in self.log.allocations:
            yield {
                "allocation_id": allocation.allocation_id,
                "invoice_id": allocation.invoice_id,
                "instalment_id": allocation.spread[0][0] if allocation.is_native else None,
                "counterpart_kind": allocation.kind,
                "payment_id": allocation.payment_id,
                "credit_note_id": allocation.credit_note_id,
                "allocated_doc_amount": allocation.amount,
                "allocated_on": allocation.allocated_on,
                "allocation_quality": allocation.quality,
            }


def _quote_header(quote: Quote) -> dict[str, object]:
    return {
        "quote_id": quote.quote_id,
        "quote_number": quote.root_quote_id.removesuffix("-V1"),
        "root_quote_id": quote.root_quote_id,
        "version_number": quote.version,
        "client_id": quote.crm_client_id,
        "deal_id": quote.deal_id,
        "state": quote.state,
        "issued_on": quote.issued_on,
        "valid_until_on": quote.valid_until_on,
        "signed_on": quote.signed_on,
        "promised_delivery_on": quote.promised_on,
        "currency_code": quote.currency,
        "exchange_rate": quote.exchange_rate,
    }


def _quote_line(line: QuoteLine) -> dict[str, object]:
    return {
        "quote_line_id": line.quote_line_id,
        "line_number": line.line_number,
        "offer_id": line.offer_id,
        "quantity": line.quantity,
        "list_unit_price": line.list_price,
        "net_unit_price": line.net_price,
        "ht_doc_amount": line.ht,
        "discount_origin": line.origin,
        "tax_rate_ratio": line.vat,
        "standard_cost_eur": line.standard_cost,
        "is_option": line.is_option,
        "is_chosen": line.is_chosen,
    }


def fiscal_year(day: date) -> int:
    """Return the year in which the fiscal year of a day ends."""
    return (day + timedelta(days=92)).year
