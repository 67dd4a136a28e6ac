"""Every check of every suite holds on healthy data and fails on data spoiled for it: one that cannot fail is a bug."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from data_quality.frames import Measure, read_measures, read_offenders
from data_quality.suites import discover
from data_quality.validate import Judge
from data_quality.vocabulary import Check, Suite
from tests.data_quality.healthy import AS_OF, Warehouse, read_columns

CHECKS = [(suite, check) for suite in discover() for check in suite.checks]
IDS = [f"{suite.relation}.{check.name}" for suite, check in CHECKS]
EVERY_CHECK = pytest.mark.parametrize(("suite", "check"), CHECKS, ids=IDS)
PRESENT_TENSE = re.compile(
    r"_(is|are|has|have|add|adds|arrive|keep|follow|follows|stay|stays|know|knows|name|ends|fits|begins|closes|expires|"
    r"costs|cover|gather|agree|reach|swallows|exceed|collapse)(_|$)"
)

SPOILS = {
    # raw
    "no_spend_is_negative": "cost_eur = -1",
    "costs_are_mostly_positive": "cost_eur = -1",
    "every_amount_is_plausible": "{column} = 99000000",
    "every_spend_is_dated_on_the_first_of_its_month": "spent_month = date '2026-09-15'",
    "every_duration_fits_in_a_day": "duration_minutes = 5000",
    "every_week_begins_on_a_monday": "week_on = date '2026-09-30'",
    "every_capacity_is_plausible": "capacity_hours = -1",
    "one_system_knows_most_sirens": "siren = null",
    "one_system_knows_most_client_types": "client_type = null",
    "every_siren_has_nine_digits": "siren = '12345678200010'",
    "every_country_is_an_iso_code": "country_code = 'France'",
    "no_credit_limit_is_negative": "credit_limit_eur = -1",
    "no_mail_address_is_loaded": "email_domain = 'jean.dupont@exemple.fr'",
    "no_deal_closes_before_it_opens": "closed_at = created_at - to_days(1)",
    "losses_are_recorded": "outcome = 'won'",
    "wins_are_recorded": "outcome = 'lost'",
    "every_foreign_amount_has_a_rate": "currency_code = 'USD', exchange_rate = null",
    "every_currency_is_an_iso_code": "currency_code = '€'",
    "every_instalment_is_counted_from_one": "instalment_number = 0",
    "every_invoiced_rate_is_a_french_rate_at_most": "tax_rate_ratio = 20",
    "every_tax_rate_is_a_french_rate_at_most": "tax_rate_ratio = 20",
    "tax_stays_between_nothing_and_the_normal_rate": "ttc_doc_amount = 150",
    "tax_columns_are_in_their_place": "ttc_doc_amount = ht_doc_amount, ht_doc_amount = ttc_doc_amount",
    "every_credit_note_is_negative": "doc_type = 'credit_note'",
    "invoices_are_positive": "ht_doc_amount = -100, ttc_doc_amount = -120",
    "totals_add_up": "vat_doc_amount = 5.5",
    "no_invoice_number_is_used_twice": "invoice_number = 'FA-1'",
    "every_list_price_is_positive": "list_unit_price = 0",
    "no_price_ends_before_it_begins": "valid_to_on = valid_from_on - 1",
    "no_standard_cost_is_negative": "standard_unit_cost = -1",
    "no_cancellation_adds_money": "change_kind = 'cancellation'",
    "foreseen_costs_are_plausible": "standard_cost_eur = 1",
    "teams_gather_several_people": "team = owner_id",
    "every_payment_is_positive": "paid_doc_amount = -5",
    "lines_are_quantity_times_price": "quantity = 1000",
    "every_version_is_counted_from_one": "version_number = 0",
    "no_quote_expires_before_it_is_issued": "valid_until_on = issued_on - 1",
    "every_position_is_counted_from_one": "position = 0",
    "every_pipeline_ends_won_or_lost": "stage_class = 'open'",
    "every_default_probability_is_a_ratio": "default_probability_ratio = 40",
    "every_entry_fits_in_a_day": "hours = 35",
    "an_hour_costs_a_plausible_amount": "hourly_cost_eur = 4000",
    # marts
    "no_client_swallows_others": "client_id = 'one'",
    "most_clients_are_identified": "siren = null",
    "the_win_rate_is_plausible": "outcome = 'won'",
    "the_sales_cycle_is_plausible": "age_days = 900",
    "credit_notes_stay_few": "invoiced_ht_eur = abs(invoiced_ht_eur)",
    "the_real_margin_is_plausible": "entry_eur = abs(entry_eur)",
    "costs_cover_a_plausible_share": "entry_eur = if(entry_kind = 'revenue', 100, -1)",
    "credit_costs_a_plausible_share": "entry_eur = if(entry_kind = 'revenue', 100, -60)",
    "over_invoicing_stays_rare": "over_invoiced_ttc_eur = 50",
    "some_promised_euros_reach_the_bank": "cashed_ttc_eur = 1",
    "most_cash_is_matched": "allocation_kind = if(rowid % 2 = 0, 'unallocated', 'payment')",
    "discounts_are_plausible": "discount_ht_eur = 90",
    "deliveries_follow_orders": "event_ht_eur = if(event_type = 'delivered', 1000, 100)",
    "invoices_follow_orders": "event_ttc_eur = if(event_type = 'invoiced', 1000, 100)",
    "signed_euros_follow_won_deals": "signed_ht_eur = 1",
    "most_signed_euros_have_a_deal": "deal_id = null",
    "most_invoiced_euros_have_an_order": "order_id = null",
    "payment_terms_are_plausible": "due_on = issued_on - 10",
    "most_due_dates_are_known": "due_date_origin = 'default'",
    "most_due_dates_follow_their_terms": "has_due_date_mismatch = true",
    "bounces_stay_rare": "state = 'bounced'",
    "win_rates_are_plausible": "closed_win_ratio = 1",
    "the_curve_is_near_the_closed_rate": "cif_won_365_ratio = 0.9",
    "refused_quotes_are_recorded": "quote_signature_ratio = 1",
    "every_median_is_plausible": "median_days = 900",
    "cycles_are_plausible": "cycle_days = 0",
    "concessions_are_plausible": "concession_ratio = 0.9",
    "late_deals_stay_few": "closing_stale_count = closing_count",
    "promises_have_a_plausible_close_date": "expected_close_on = date '2206-10-01'",
    "promises_are_kept_plausibly": "bias_year_ratio = 30",
    "dso_is_possible": "dso_countback_days = 900",
    "dso_is_plausible": "dso_countback_days = 300",
    "dso_methods_agree": "dso_365_days = 300",
    "receivables_are_not_negative": "ar_gross_ttc_eur = -1",
    "some_receivables_are_collected": "cei_quarter_ratio = 0.01",
    "lateness_is_plausible": "weighted_late_days = 400",
    "on_time_payments_are_neither_all_nor_none": "on_time_ratio = 1",
    "bounced_payments_stay_few": "bounced_count = 90",
    "debts_are_mostly_of_clients_who_still_buy": "year_sales_ttc_eur = 0",
    "tensions_stay_few": "has_tension = true",
    "credit_limits_are_in_the_unit_of_debts": "limit_use_ratio = 500",
    "provisions_stay_below_what_a_company_survives": "suggested_provision_ht_eur = 110",
    "old_debts_stay_few": "aging_bucket = '91+'",
    "expected_cash_is_spread": "expected_ttc_eur = if(rowid = 0, 100000, 1)",
    "ranges_keep_their_promise": "interval_coverage_ratio = 0.4",
    "forecasts_keep_ahead_of_due_dates": "median_late_skill_ratio = -0.5",
    "forecasts_stay_unbiased": "bias_ratio = 0.6",
    "promised_euros_keep_their_size": "step_eur = if(step = 'cashed', 1000, 10)",
    "proposals_and_signatures_are_comparable": "step_eur = if(step = 'proposed', 1000, 10)",
    "promises_are_comparable_with_signatures": "step_eur = if(step = 'signed', 1, 100)",
    "most_promises_have_an_amount": "unknown_count = 90",
    "promised_dates_are_not_those_of_signatures": "step_eur = if(step = 'pushed_out', 0, step_eur)",
    "invoices_follow_deliveries": "late_ttc_eur = 100",
    "old_deliveries_stay_few": "unbilled_ttc_eur = 30",
    "old_bookings_reach_cash": "cashed_ttc_eur = 10",
    "promises_have_a_date": "promised_first_on = null",
    "deliveries_keep_near_their_promise": "delivery_gap_days = 90",
    "payments_in_time_are_not_rare": "was_paid_after_contract = true",
    "most_agreed_terms_are_lawful": "is_contract_term_too_long = true",
    "the_average_penalty_rate_is_plausible": "late_penalty_eur = 120",
    "the_overdue_stays_below_the_sales": "sales_ratio = 0.7",
    "late_entries_stay_small": "late_entries_eur = -90",
    "offer_margins_are_plausible": "real_margin_ratio = -3",
    "most_costs_have_an_offer": "cost_coverage_ratio = 0.1",
    "most_orders_have_a_channel": "channel = 'unknown'",
    "most_spending_has_a_segment": "is_unattributed = true",
    "value_ranks_follow_what_comes": "lift_ratio = 0.4",
    "an_order_costs_plausible_hours": "sales_hours = 1",
    "client_margins_are_plausible": "revenue_ht_eur = 5000, real_margin_ratio = -3",
    "most_costs_have_a_client": "cost_coverage_ratio = 0.1",
    "order_margins_are_plausible": "revenue_ht_eur = 5000, real_margin_ratio = -3",
    "most_orders_have_a_traced_cost": "has_traced_cost = false",
    "pocket_prices_are_plausible": "pocket_price_ht_eur = 200",
    "most_sales_have_a_list_price": "unlisted_ht_eur = list_ht_eur",
    "most_discounts_have_an_origin": "discount_origin = 'unexplained'",
    "most_prices_exceed_their_floor": "is_below_floor = true",
    "promised_margins_are_kept_plausibly": "realisation_ratio = 5",
    "most_open_deals_have_an_amount": "pipeline_ht_eur = null",
    "some_report_is_available": "is_available = false",
    "most_invoices_name_their_order": "linked_eur = 10",
    "no_rule_swallows_the_others": "rule_id = 'uncontrolled_discount'",
    "indicators_are_mostly_known": "is_latest = true, observed_quantity = null",
    "data_are_fresh_on_the_day": "is_latest = true, freshness_days = 200",
    "past_figures_stay_near_what_was_said": "as_of_on = date '2026-08-31', delta_ratio = 0.9",
    "hours_worked_are_near_the_capacity": "worked_hours = 3",
    "no_team_is_promised_years_of_work": "saturation_ratio = 12, cumulative_capacity_hours = 900",
    "every_effort_is_plausible": "observed_keur_hours = 90",
    "most_deliveries_have_hours": "time_coverage_ratio = 0.1",
    "most_promises_are_judged": "promise_verdict = 'unknown'",
    "most_promises_are_to_come": "promise_verdict = 'late'",
    "some_promises_are_kept": "first_kept_count = 0",
    "cash_does_not_exceed_invoices": "event_ttc_eur = if(event_type = 'paid', 1000, 100)",
}
"""The `set` clause that denies a claim, by name of check, where its kind alone does not tell how."""


@dataclass(frozen=True)
class Spoiled:
    """What a suite finds in data spoiled for each of its checks in turn."""

    verdicts: dict[str, bool]
    offenders: dict[str, tuple[int, list[dict[str, Any]]]]


def test_names_are_statements_in_the_present_tense() -> None:
    assert [name for name in IDS if not PRESENT_TENSE.search(name.rpartition(".")[2])] == []


def test_names_are_snake_case() -> None:
    assert [name for name in IDS if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name.rpartition(".")[2])] == []


def test_a_relation_is_named_once_and_so_are_its_checks() -> None:
    assert len(set(IDS)) == len(IDS)


def test_every_raw_entity_has_a_suite() -> None:
    raw = {relation for relation in read_columns() if relation.startswith("raw_files.")}
    assert {suite.relation for suite in discover("raw_files")} == raw


def test_suites_are_found_by_schema_in_the_order_of_their_relations() -> None:
    assert [suite.schema for suite in discover("marts")] == ["marts"] * len(discover("marts"))
    assert discover("marts") + discover("raw_files") == discover()
    assert [suite.relation for suite in discover()] == sorted(suite.relation for suite in discover())


def test_no_spoil_outlives_its_check() -> None:
    assert set(SPOILS) <= {check.name for _, check in CHECKS}


@EVERY_CHECK
def test_a_reason_says_what_goes_wrong_and_what_to_do(suite: Suite, check: Check) -> None:
    assert len(check.reason) > 60
    assert check.reason.endswith(".")


@EVERY_CHECK
def test_a_check_reads_columns_that_its_relation_promises(suite: Suite, check: Check) -> None:
    assert set(check.columns) <= set(read_columns()[suite.relation])


@EVERY_CHECK
def test_a_check_holds_on_healthy_data(suite: Suite, check: Check, warehouse: Warehouse) -> None:
    assert judge_healthy(warehouse, suite)[check.name]


@EVERY_CHECK
def test_a_check_fails_on_data_spoiled_for_it(suite: Suite, check: Check, warehouse: Warehouse) -> None:
    assert not judge_spoiled(warehouse, suite).verdicts[check.name]


@pytest.mark.parametrize(
    ("suite", "check"),
    [(suite, check) for suite, check in CHECKS if check.offenders],
    ids=[name for name, (_, check) in zip(IDS, CHECKS, strict=True) if check.offenders],
)
def test_a_failed_check_locates_rows(suite: Suite, check: Check, warehouse: Warehouse) -> None:
    count, rows = judge_spoiled(warehouse, suite).offenders[check.name]
    assert count >= len(rows) > 0
    assert all(row["row"] and set(check.columns) <= set(row) for row in rows)


@cache
def judge_healthy(warehouse: Warehouse, suite: Suite) -> dict[str, bool]:
    """The verdicts of one suite on healthy data; a check without one has found nothing to judge."""
    return Judge().judge(suite, read_measures(warehouse.connection, suite, AS_OF))


@cache
def judge_spoiled(warehouse: Warehouse, suite: Suite) -> Spoiled:
    """The verdict of each check on data spoiled for that check alone."""
    connection = warehouse.connection
    measures: dict[str, Measure] = {}
    offenders = {}
    for check in suite.checks:
        connection.begin()
        try:
            connection.execute(spoil(suite, check))
            measures[check.name] = read_measures(connection, suite, AS_OF)[check.name]
            if check.offenders:
                offenders[check.name] = read_offenders(connection, suite, check, AS_OF)
        finally:
            connection.rollback()
    return Spoiled(Judge().judge(suite, measures), offenders)


def spoil(suite: Suite, check: Check) -> str:
    """The statement after which a claim is false."""
    column = (check.columns or ("",))[0]
    history = f"{suite.schema}._loads"
    if clause := SPOILS.get(check.name):
        return f"update {suite.relation} set {clause.format(column=column)}"
    return {
        "arrival": f"delete from {suite.relation}",
        "volume": f"update {history} set rows_loaded = 10 * rows_loaded where entity = '{suite.table}'",
        "key": f"insert into {suite.relation} from {suite.relation} limit 1",
        "filled": f"update {suite.relation} set {column} = null",
        "domain": f"update {suite.relation} set {column} = 'Autre chose'",
        "fresh": f"update {suite.relation} set {column} = {column} - to_days(400)",
        "future": f"update {suite.relation} set {column} = date '{AS_OF}' + 400",
        "published": f"update meta.publication_history set row_count = 900 where relation = '{suite.relation}'",
    }[check.kind]
