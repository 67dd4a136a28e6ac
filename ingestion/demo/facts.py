"""What happened, as frozen facts: one class per kind of event or thing, in the words of the source contract.

Amounts are Decimals in the document's currency, days are dates, instants are naive Europe/Paris times (as the CRM
prints them). `client_key` is the truth's own key of a client: its SIREN, or its VAT number abroad.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from ingestion.demo.calendars import Term


@dataclass(frozen=True)
class Habit:
    """How a client pays: days after the due date, and on which days of the month (none: any working day)."""

    kind: str
    median_days: float
    run_days: tuple[int, ...] = ()


@dataclass(frozen=True)
class Client:
    """A company that buys, or was courted."""

    key: str
    name: str
    siren: str | None
    vat_number: str
    client_type: str
    segment: str
    country: str
    postcode: str
    domain: str
    owner_id: str
    term: Term
    habit: Habit
    weight: float
    size: float
    discount: Decimal
    support: float
    created_on: date
    currency: str = "EUR"
    exchange_rate: Decimal | None = None
    instrument: str = "transfer"
    early_discount: bool = False
    retention: bool = False
    is_intercompany: bool = False
    payer_key: str | None = None
    credit_risk: bool = False


@dataclass(frozen=True)
class ClientRecord:
    """A client as one of the three systems knows it; null where that system does not hold the field."""

    system: str
    client_id: str
    client_key: str
    name: str
    siren: str | None = None
    vat_number: str | None = None
    accounting_code: str | None = None
    email_domain: str | None = None
    client_type: str | None = None
    segment: str | None = None
    country: str | None = None
    postcode: str | None = None
    owner_id: str | None = None
    term_label: str | None = None
    is_intercompany: bool = False
    created_on: date | None = None
    insolvent_on: date | None = None
    credit_limit: Decimal | None = None


@dataclass(frozen=True)
class Deal:
    """An opportunity, as it stands on the last day; `crm_amount` is what the CRM shows, right or wrong."""

    deal_id: str
    client_key: str
    crm_client_id: str
    owner_id: str
    name: str
    pipeline: str
    sale_type: str
    stage_id: str
    outcome: str
    deal_type: str
    channel: str
    created_at: datetime
    expected_close_on: date
    crm_amount: Decimal | None = None
    closed_at: datetime | None = None
    lost_reason: str | None = None
    merged_into: str | None = None
    is_zombie: bool = False


@dataclass(frozen=True)
class StageEvent:
    """A deal entered a stage."""

    event_id: str
    deal_id: str
    from_stage_id: str | None
    to_stage_id: str
    occurred_at: datetime


@dataclass(frozen=True)
class Activity:
    """Something a salesperson did."""

    activity_id: str
    deal_id: str
    crm_client_id: str
    kind: str
    occurred_at: datetime
    minutes: int | None


@dataclass(frozen=True)
class QuoteLine:
    """A line of a quote version."""

    quote_line_id: str
    line_number: int
    offer_id: str
    quantity: Decimal
    list_price: Decimal
    net_price: Decimal
    ht: Decimal
    origin: str
    vat: Decimal
    standard_cost: Decimal
    is_option: bool = False
    is_chosen: bool = False

    @property
    def counts(self) -> bool:
        """Say whether the line is part of the proposal."""
        return self.is_chosen or not self.is_option


@dataclass(frozen=True)
class Quote:
    """A version of a quote."""

    quote_id: str
    root_quote_id: str
    version: int
    deal_id: str
    crm_client_id: str
    client_key: str
    state: str
    issued_on: date
    valid_until_on: date
    promised_on: date | None
    lines: tuple[QuoteLine, ...]
    currency: str
    exchange_rate: Decimal | None
    signed_on: date | None = None


@dataclass(frozen=True)
class Order:
    """A signed order."""

    order_id: str
    client_key: str
    sale_type: str
    signed_on: date
    currency: str
    exchange_rate: Decimal | None
    quote_id: str | None = None
    deal_id: str | None = None


@dataclass(frozen=True)
class OrderLineChange:
    """A signature, amendment or cancellation of an order line: a signed difference."""

    change_id: str
    order_line_id: str
    order_id: str
    kind: str
    offer_id: str
    quantity: Decimal
    ht: Decimal
    ttc: Decimal
    standard_cost: Decimal
    effective_on: date
    recorded_on: date
    promised_on: date | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Delivery:
    """A delivery of an order line; negative when goods come back."""

    delivery_id: str
    order_id: str
    order_line_id: str
    delivered_on: date
    recorded_on: date
    quantity: Decimal
    ht: Decimal
    evidence: str


@dataclass(frozen=True)
class InvoiceLine:
    """A line of an invoice or credit note."""

    line_number: int
    role: str
    offer_id: str | None
    order_line_id: str | None
    quantity: Decimal
    list_price: Decimal | None
    net_price: Decimal
    ht: Decimal
    ttc: Decimal
    vat: Decimal
    account: str

    @property
    def tax(self) -> Decimal:
        """Return the VAT of the line."""
        return self.ttc - self.ht


@dataclass(frozen=True)
class Invoice:
    """An invoice, deposit, final invoice or credit note (negative)."""

    invoice_id: str
    doc_type: str
    state: str
    client_key: str
    order_id: str | None
    issued_on: date
    recorded_on: date
    currency: str
    exchange_rate: Decimal | None
    term_label: str | None
    lines: tuple[InvoiceLine, ...]
    credited_invoice_id: str | None = None
    credit_reason: str | None = None
    disputed_from: date | None = None
    disputed_to: date | None = None

    @property
    def ht(self) -> Decimal:
        """Return the total before tax."""
        return sum((line.ht for line in self.lines), Decimal("0.00"))

    @property
    def ttc(self) -> Decimal:
        """Return the total with tax."""
        return sum((line.ttc for line in self.lines), Decimal("0.00"))


@dataclass(frozen=True)
class Instalment:
    """A due date of an invoice; `is_written` is false where the export is silent and the terms must be read."""

    instalment_id: str
    invoice_id: str
    number: int
    due_on: date
    ttc: Decimal
    kind: str
    is_written: bool = True


@dataclass(frozen=True)
class Payment:
    """Money received (`in`) or given back (`out`)."""

    payment_id: str
    payer_key: str
    paid_on: date
    recorded_on: date
    direction: str
    amount: Decimal
    currency: str
    exchange_rate: Decimal | None
    instrument: str
    reference: str
    state: str = "settled"
    bounced_on: date | None = None


@dataclass(frozen=True)
class Allocation:
    """What settles a document: a part of a payment, of a credit note, or a loss.

    `spread` is what each instalment receives; the export names the instalment only where there is one and `is_native`.
    """

    allocation_id: str
    invoice_id: str
    kind: str
    amount: Decimal
    allocated_on: date
    spread: tuple[tuple[str, Decimal], ...]
    payment_id: str | None = None
    credit_note_id: str | None = None
    quality: str = "native"
    is_native: bool = True


@dataclass(frozen=True)
class TimeEntry:
    """Hours of a team on a day."""

    time_entry_id: str
    worked_on: date
    pool: str
    kind: str
    hours: Decimal
    hourly_cost: Decimal
    order_id: str | None = None
    deal_id: str | None = None
    client_key: str | None = None


@dataclass(frozen=True)
class Cost:
    """A cost entry of the analytical books."""

    cost_id: str
    cost_on: date
    recorded_on: date
    kind: str
    amount: Decimal
    account: str
    order_id: str | None = None
    client_key: str | None = None
    offer_id: str | None = None


@dataclass(frozen=True)
class Spend:
    """What marketing and sales spent in a month on a channel and a segment (none: unattributed)."""

    spend_id: str
    month: date
    channel: str | None
    segment: str | None
    amount: Decimal


@dataclass(frozen=True)
class Capacity:
    """The practical capacity of a team in a week."""

    capacity_id: str
    pool: str
    week_on: date
    hours: Decimal


@dataclass
class Log:
    """Everything that happened until the last day: the source of the exports and, independently, of the truth."""

    clients: dict[str, Client] = field(default_factory=dict)
    insolvent_on: dict[str, date] = field(default_factory=dict)
    records: list[ClientRecord] = field(default_factory=list)
    deals: dict[str, Deal] = field(default_factory=dict)
    stage_events: list[StageEvent] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    quotes: dict[str, Quote] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    changes: list[OrderLineChange] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    invoices: dict[str, Invoice] = field(default_factory=dict)
    instalments: dict[str, Instalment] = field(default_factory=dict)
    residuals: dict[str, Decimal] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    allocations: list[Allocation] = field(default_factory=list)
    time_entries: list[TimeEntry] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)
    spends: list[Spend] = field(default_factory=list)
    capacities: list[Capacity] = field(default_factory=list)
