"""The embedded demo company: a seeded simulator of one French firm, its exports, and its own ledger of the truth.

`simulation` lets three fiscal years happen and keeps an event log. `exports` writes the log as the three systems of
such a firm would export it. `truth` replays the same log by the business rules, without reading an export, so that the
pipeline can be held to it to the cent. `scale` writes the same files for a company of millions of invoice lines.

The traps that a real company sets, and where they are (numbers: the catalogue of traps of the design):

| Trap | What | Rows that hold it |
|---|---|---|
| T1 | Partial payments | instalments matched with two payments or more |
| T2 | One payment, several invoices | clients who pay by runs (the 10th and the end of the month) |
| T3 | Over- and double payments | payments larger than their matches; refunds labelled `TROP PERCU` |
| T4 | Paid before invoiced | `paid_on` before the `issued_on` of the invoice matched |
| T5 | Bounced debits | payments `Impayé`, presented again ten days later |
| T6 | Credit notes of every kind | `AV*` of the four reasons, refunded or used; one on several invoices |
| T7 | Deposits, up to three, deducted later | lines `deposit` and `deposit_deduction` |
| T8 | Retention | instalments `retention`, a year after the invoice |
| T9 | Quote versions, options, two signed | `DV*-V2`...; options; expired then revived; drafts; two signed roots |
| T10 | Re-opened, cloned, skipping, backward deals | stage moves; names ending in `(copie)` |
| T11 | Merged deals, twin accounts | `merged_into_deal_id`; CRM accounts `C9*` |
| T12 | One client, three codes | SIREN, else VAT, account, e-mail domain, name and postcode; two homonyms |
| T13 | Payer is not the debtor | a parent company, a factor |
| T15 | Foreign currency | a client in dollars, at the contract's rate |
| T16 | VAT rates | 20, 10, 5.5 and 0 %, several on one document, none abroad |
| T17 | Negative and free lines, six decimals | discounts, free `GUI`, `KC1`, rounding lines, indexation of quantity 0 |
| T18 | Drafts and cancelled numbers | documents `PRO*` and `ANN*` |
| T20 | Entered late | `recorded_on` days after the date, on invoices, deliveries, payments |
| T22 | Around midnight | CRM times at 00:20 and 23:40, on another day in UTC |
| T23 | Fiscal year from October | everything |
| T24 | Instalment plans | invoices with three due dates, 30/40/30 |
| T25 | Fan-out | orders with several lines and several invoices |
| T26 | Ambiguous amounts | the same amount invoiced twice to one client within 45 days |
| T27 | Recurring and extended contracts | subscriptions, budgets of days extended, indexation |
| T28 | Amounts wrong by nature | won deals with no amount or 0; an amount with tax typed before tax |
| T29 | Amounts in thousands | deals a thousand times too small |
| T30 | Zombies | open deals whose close date is months past |
| T31 | Intercompany | client `Ponantis Maintenance` |
| T32 | Small segment | `Énergie`, two clients |
| T33 | Not over yet | open deals, undelivered orders, unpaid invoices on the last day |
| T34 | Late costs, costs without an order | `recorded_on` weeks after `cost_on`; costs that name only an offer |
| T35 | Hours dumped on one entry | time entries of more than 12 hours |
| T36 | Insolvency | one client, with debts given up months later |
| T37 | Disputes | `disputed_from_on`, ended by a price credit note or not |
| T38 | Payment runs | payments on the 10th and the last working day of the month |
| T40 | French files | decimal comma, both no-break spaces, BOM, Windows-1252, a total line, a line to reject |
| T41 | Truncated bank labels | `payment_reference` shared by several payments |
| T43 | Small differences | `write_off` up to 5 euro; early payment discount |
| T44 | Compensation | `compensation`, no cash |
"""

from dataclasses import dataclass
from pathlib import Path

from ingestion.demo.company import LAST_DAY
from ingestion.demo.exports import write_exports
from ingestion.demo.simulation import simulate
from ingestion.demo.truth import write_truth

__all__ = ["LAST_DAY", "DemoSummary", "write_demo"]


@dataclass(frozen=True)
class DemoSummary:
    """What was written: rows by file of the exports and by table of the truth."""

    seed: int
    export_rows: dict[str, int]
    truth_rows: dict[str, int]


def write_demo(exports_dir: Path, truth_dir: Path, seed: int = 7) -> DemoSummary:
    """Write the demo company's exports and the truth about it; the same bytes for the same seed."""
    log = simulate(seed)
    return DemoSummary(seed, write_exports(log, exports_dir), write_truth(log, truth_dir))
