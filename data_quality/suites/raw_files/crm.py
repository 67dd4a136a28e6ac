"""What the CRM sends: clients, deals and what moved them."""

from __future__ import annotations

from data_quality.suites.raw_files._claims import amounts_are_plausible, foreign_currency_has_a_rate, raw_suite
from data_quality.vocabulary import holds, is_filled, is_fresh, is_measured, is_not_in_the_future, is_one_of

SUITES = (
    raw_suite(
        "clients",
        "client_id",
        is_measured(
            "one_system_knows_most_sirens",
            "(select max(share) from (select count(siren) / count(*) as share from this group by source_system))",
            "no system knows the SIREN of half of its clients: clients of the CRM and of accounting are then "
            "matched by weaker keys, and a client's orders and payments may fall apart. Complete the SIREN where "
            "invoices are issued.",
            columns=("siren", "source_system"),
            minimum=0.5,
        ),
        holds(
            "every_siren_has_nine_digits",
            "regexp_full_match(siren, '[0-9]{9}')",
            "a SIREN is not nine digits (a SIRET, a number cut by a spreadsheet): it matches nobody. Correct it in "
            "the tool, or export the column as text.",
            columns=("siren",),
            tolerance=0.02,
            severity="warning",
        ),
        is_one_of(
            "every_client_type_is_known",
            "client_type",
            ("TPE", "PME", "ETI", "GE", "public", "association", "individual", "export"),
            "a client type is outside the list: win rates by client type would gain a stray line. Map it in "
            "profile.yml.",
            severity="warning",
        ),
        is_measured(
            "one_system_knows_most_client_types",
            "(select max(share) from (select count(client_type) / count(*) as share from this group by source_system))",
            "no system says the type of most clients: win rates by client type would mostly read 'unknown'. Export "
            "the field from the CRM.",
            columns=("client_type", "source_system"),
            minimum=0.6,
        ),
        holds(
            "every_country_is_an_iso_code",
            "regexp_full_match(country_code, '[A-Z]{2}')",
            "a country is not two capitals (FR, BE): the client's legal payment terms and VAT cannot be told. Map "
            "it in profile.yml.",
            columns=("country_code",),
            severity="warning",
        ),
        holds(
            "no_credit_limit_is_negative",
            "credit_limit_eur >= 0",
            "a credit limit is negative (a balance exported in its column): its client would always be over it. "
            "Map the column of the limit in profile.yml.",
            columns=("credit_limit_eur",),
            severity="warning",
        ),
        holds(
            "no_mail_address_is_loaded",
            "email_domain not like '%@%'",
            "a whole mail address was loaded where only its domain may be: personal data would enter the warehouse. "
            "Point the profile to the domain, or leave the column out.",
            columns=("email_domain",),
        ),
    ),
    raw_suite(
        "owners",
        "owner_id",
        is_measured(
            "teams_gather_several_people",
            "case when count(*) >= 6 then count(distinct team) / count(*) end",
            "almost every owner is a team alone: reports by team would report on persons. Map people to teams in "
            "profile.yml.",
            columns=("team",),
            maximum=0.75,
        ),
    ),
    raw_suite(
        "stages",
        "stage_id",
        is_one_of(
            "every_stage_class_is_known",
            "stage_class",
            ("open", "won", "lost"),
            "a stage is neither open, won nor lost: deals that enter it are counted nowhere in the funnel. Map it "
            "in profile.yml.",
        ),
        holds(
            "every_position_is_counted_from_one",
            "position >= 1",
            "a stage has no rank in its pipeline: stage conversion cannot tell forward from backward. Number the "
            "stages.",
            columns=("position",),
            severity="warning",
        ),
        is_measured(
            "every_pipeline_ends_won_or_lost",
            "(select count(*) from (select pipeline from this group by pipeline having count(distinct stage_class) "
            "filter (where stage_class in ('won', 'lost')) < 2))",
            "a pipeline lacks its won or its lost stage: its deals never close, and its win rate is unknown. Add "
            "the stage to the export.",
            columns=("pipeline", "stage_class"),
            maximum=0,
        ),
        holds(
            "every_default_probability_is_a_ratio",
            "default_probability_ratio between 0 and 1",
            "a probability is not between 0 and 1 (40 for 40 %?): weighted pipelines would explode. Declare the "
            "column as a percentage.",
            columns=("default_probability_ratio",),
            severity="warning",
        ),
    ),
    raw_suite(
        "deals",
        "deal_id",
        is_one_of(
            "every_outcome_is_known",
            "outcome",
            ("open", "won", "lost"),
            "an outcome is neither open, won nor lost: the deal would be missing from every win rate. Map it in "
            "profile.yml.",
        ),
        is_one_of(
            "every_deal_type_is_known",
            "deal_type",
            ("new", "renewal", "upsell", "replacement"),
            "a deal type is outside the list: win rates of new business would mix with renewals. Map it in "
            "profile.yml.",
            severity="warning",
        ),
        is_filled(
            "most_deals_have_a_client",
            "client_id",
            "many deals name no client: they are won or lost by nobody, and fall out of reports by client type. "
            "Complete them in the CRM.",
            at_least=0.9,
        ),
        is_filled(
            "most_deals_have_an_owner",
            "owner_id",
            "many deals have no owner, so no team: the funnel by team is incomplete. Complete them in the CRM.",
            at_least=0.8,
        ),
        is_filled(
            "most_deals_have_an_amount",
            "ht_doc_amount",
            "many deals have no amount: won and proposed euros understate the funnel. Complete them in the CRM.",
            at_least=0.7,
        ),
        is_filled(
            "closed_deals_have_a_closing_date",
            "closed_at",
            "won or lost deals have no closing date: win rates and cycle times leave them out. Export the date.",
            at_least=0.98,
            where="outcome <> 'open'",
        ),
        is_filled(
            "open_deals_have_an_expected_date",
            "expected_close_on",
            "most open deals have no expected date: nothing says when they would close. Ask owners to fill it.",
            at_least=0.5,
            where="outcome = 'open'",
        ),
        holds(
            "no_deal_closes_before_it_opens",
            "closed_at >= created_at",
            "deals are closed before they are created (entered afterwards?): their cycle time is negative. Correct "
            "the dates in the CRM.",
            columns=("created_at", "closed_at"),
            tolerance=0.01,
            severity="warning",
        ),
        is_measured(
            "losses_are_recorded",
            "count(*) filter (where outcome = 'lost') / nullif(count(*) filter (where outcome in ('won', 'lost')), 0)",
            "almost no closed deal is lost: losses are not entered, and win rates flatter. Ask owners to close what "
            "is lost.",
            columns=("outcome",),
            minimum=0.05,
        ),
        is_measured(
            "wins_are_recorded",
            "count(*) filter (where outcome = 'won') / nullif(count(*) filter (where outcome in ('won', 'lost')), 0)",
            "almost no closed deal is won: the value that means 'won' is likely unmapped. Look at the value map of "
            "outcome in profile.yml.",
            columns=("outcome",),
            minimum=0.02,
        ),
        amounts_are_plausible("ht_doc_amount"),
        foreign_currency_has_a_rate(),
        is_not_in_the_future(
            "no_deal_closes_in_the_future",
            "closed_at",
            "a closed deal has a closing date to come: the day and the month may be swapped.",
        ),
        is_fresh(
            "deals_are_fresh",
            "created_at",
            "no deal was opened for a month: the CRM's export is likely old, and the open pipeline with it. Export "
            "it again.",
            within_days=31,
        ),
        is_fresh(
            "the_crm_export_is_recent",
            "loaded_at",
            "deals have not been loaded for ten days: reports answer for the past. Export again, or look at the "
            "schedule.",
            within_days=10,
        ),
    ),
    raw_suite(
        "deal_stage_events",
        "deal_stage_event_id",
        is_one_of(
            "every_event_quality_is_known",
            "event_quality",
            ("native", "snapshot", "inferred"),
            "nothing says how the move was known: stage durations cannot be trusted by quality. Declare it in "
            "profile.yml.",
            severity="warning",
        ),
        is_not_in_the_future(
            "no_move_is_in_the_future",
            "occurred_at",
            "a stage was entered at a date to come: the day and the month may be swapped.",
        ),
        is_fresh(
            "moves_are_fresh",
            "occurred_at",
            "no deal moved for a month: the history of stages is likely an old export. Export it again.",
            within_days=31,
        ),
    ),
    raw_suite(
        "activities",
        "activity_id",
        is_one_of(
            "every_activity_kind_is_known",
            "activity_kind",
            ("meeting", "call", "email", "demo", "other"),
            "an activity is of an unknown kind: sales effort by kind is incomplete. Map it in profile.yml.",
            severity="warning",
        ),
        holds(
            "every_duration_fits_in_a_day",
            "duration_minutes between 0 and 1440",
            "an activity lasts less than nothing or more than a day: the unit is likely not the minute. Look at the "
            "profile.",
            columns=("duration_minutes",),
            severity="warning",
        ),
        is_not_in_the_future(
            "no_activity_is_in_the_future",
            "occurred_at",
            "an activity has a date to come: planned ones count as effort. Filter them out.",
        ),
    ),
)
