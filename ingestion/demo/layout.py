"""The exports' layout: which file of which system holds which entity, under which French headers.

One description serves the demo's exports, the large generated ones and the profiles, which therefore agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Kinds of fields: text, day, instant, amount (money), number (price, quantity, hours, ratio), integer, flag.
Field = tuple[str, str, str]
NARROW_SPACE = "\u202f"
WIDE_SPACE = "\u00a0"


@dataclass(frozen=True)
class Table:
    """An entity in an export. `stem` is the file's name without suffix, `files` the glob where there are several."""

    entity: str
    stem: str
    fields: tuple[Field, ...]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, Mapping[str, str] | str] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)
    files: str = ""
    encoding: str = ""
    thousands: str = ""
    sheet: str = ""
    skip_footer: int = 0
    note: str = ""

    @property
    def headers(self) -> list[str]:
        """Return the French headers, in order."""
        return [header for _, header, _ in self.fields]

    @property
    def file_name(self) -> str:
        """Return the name of the file (of one file, where there are several)."""
        return f"{self.stem}.{'xlsx' if self.sheet else 'csv'}"


@dataclass(frozen=True)
class System:
    """A system of the company: its folder, its code in keys, and how it writes files."""

    folder: str
    code: str
    encoding: str
    tables: tuple[Table, ...]
    note: str


def text(canonical: str, header: str) -> Field:
    """A text field."""
    return canonical, header, "text"


def day(canonical: str, header: str) -> Field:
    """A date field."""
    return canonical, header, "day"


def instant(canonical: str, header: str) -> Field:
    """A date and time field, in Paris time."""
    return canonical, header, "instant"


def amount(canonical: str, header: str) -> Field:
    """A money field: two decimals."""
    return canonical, header, "amount"


def number(canonical: str, header: str) -> Field:
    """A number with as many decimals as it needs."""
    return canonical, header, "number"


def integer(canonical: str, header: str) -> Field:
    """A whole number."""
    return canonical, header, "integer"


def flag(canonical: str, header: str) -> Field:
    """A yes or no, written oui/non."""
    return canonical, header, "flag"


CURRENCY = (text("currency_code", "Devise"), number("exchange_rate", "Cours"))
_OUTCOMES = {"won": "Gagnée", "lost": "Perdue", "open": "En cours"}
_DEAL_TYPES = {"new": "Nouveau", "renewal": "Renouvellement", "upsell": "Complément", "replacement": "Remplacement"}
_ACTIVITIES = {"meeting": "Visite", "call": "Appel", "email": "E-mail", "demo": "Démonstration", "other": "Autre"}
_STATES = {
    "draft": "Brouillon",
    "sent": "Envoyé",
    "signed": "Signé",
    "refused": "Refusé",
    "expired": "Expiré",
    "superseded": "Remplacé",
    "cancelled": "Annulé",
}
_ORIGINS = {
    "contract": "Contrat",
    "volume": "Quantité",
    "campaign": "Opération",
    "automatic": "Automatique",
    "manual": "Commerciale",
    "rounding": "Arrondi",
    "none": "Aucune",
}
OFFER_KINDS = {"product": "Négoce", "project": "Forfait", "time_and_material": "Régie", "subscription": "Abonnement"}
_CLIENT_TYPES = {"public": "Public", "association": "Association", "export": "Export"}

CRM = System(
    folder="crm",
    code="crm",
    encoding="utf-8-sig",
    note="Exports du CRM, le dimanche soir.",
    tables=(
        Table(
            "clients",
            "comptes",
            (
                text("client_id", "Code compte"),
                text("client_name", "Raison sociale"),
                text("siren", "SIREN"),
                text("vat_number", "N° TVA"),
                text("email_domain", "Domaine e-mail"),
                text("client_type", "Taille"),
                text("segment", "Segment"),
                text("country_code", "Pays"),
                text("postcode", "Code postal"),
                text("owner_id", "Commercial"),
                flag("is_intercompany", "Intragroupe"),
                day("created_on", "Créé le"),
            ),
            values={"client_type": {**{code: code for code in ("TPE", "PME", "ETI", "GE")}, **_CLIENT_TYPES}},
        ),
        Table(
            "owners",
            "commerciaux",
            (text("owner_id", "Code"), text("team", "Équipe"), flag("is_active", "Actif")),
        ),
        Table(
            "stages",
            "etapes",
            (
                text("stage_id", "Code étape"),
                text("pipeline", "Tunnel"),
                text("stage_name", "Étape"),
                integer("position", "Rang"),
                text("stage_class", "Nature"),
                number("default_probability_ratio", "Probabilité"),
            ),
            values={"stage_class": {"open": "En cours", "won": "Gagné", "lost": "Perdu"}},
        ),
        Table(
            "deals",
            "affaires",
            (
                text("deal_id", "N° affaire"),
                text("client_id", "Code compte"),
                text("owner_id", "Commercial"),
                text("deal_name", "Intitulé"),
                text("pipeline", "Tunnel"),
                text("stage_id", "Étape"),
                text("outcome", "Issue"),
                text("lost_reason", "Motif de perte"),
                amount("ht_doc_amount", "Montant HT"),
                *CURRENCY,
                number("probability_ratio", "Probabilité"),
                text("deal_type", "Type"),
                text("channel", "Origine"),
                instant("created_at", "Créée le"),
                day("expected_close_on", "Signature prévue"),
                instant("closed_at", "Close le"),
                text("merged_into_deal_id", "Fusionnée dans"),
            ),
            values={"outcome": _OUTCOMES, "deal_type": _DEAL_TYPES},
            thousands=NARROW_SPACE,
        ),
        Table(
            "deal_stage_events",
            "historique_etapes",
            (
                text("deal_stage_event_id", "N°"),
                text("deal_id", "N° affaire"),
                text("from_stage_id", "De"),
                text("to_stage_id", "Vers"),
                instant("occurred_at", "Date"),
            ),
            constants={"event_quality": "native"},
        ),
        Table(
            "activities",
            "activites",
            (
                text("activity_id", "N°"),
                text("deal_id", "N° affaire"),
                text("client_id", "Code compte"),
                text("activity_kind", "Nature"),
                instant("occurred_at", "Date"),
                integer("duration_minutes", "Durée (min)"),
            ),
            values={"activity_kind": _ACTIVITIES},
        ),
        Table(
            "quotes",
            "devis",
            (
                text("quote_id", "Réf. version"),
                text("quote_number", "N° devis"),
                text("root_quote_id", "Version d'origine"),
                integer("version_number", "Version"),
                text("client_id", "Code compte"),
                text("deal_id", "N° affaire"),
                text("state", "État"),
                day("issued_on", "Date du devis"),
                day("valid_until_on", "Valable jusqu'au"),
                day("signed_on", "Signé le"),
                day("promised_delivery_on", "Livraison promise"),
                *CURRENCY,
            ),
            values={"state": _STATES},
            where={"Ligne": {"equals": "1"}},
            note="L'export répète l'en-tête du devis sur chaque ligne : une seule compte.",
        ),
        Table(
            "quote_lines",
            "devis",
            (
                text("quote_line_id", "Réf. ligne"),
                text("quote_id", "Réf. version"),
                integer("line_number", "Ligne"),
                text("offer_id", "Article"),
                number("quantity", "Quantité"),
                number("list_unit_price", "PU catalogue"),
                number("net_unit_price", "PU net"),
                amount("ht_doc_amount", "Total HT"),
                text("discount_origin", "Remise"),
                number("tax_rate_ratio", "Taux TVA"),
                amount("standard_cost_eur", "Coût prévu"),
                flag("is_option", "Option"),
                flag("is_chosen", "Option retenue"),
            ),
            values={"discount_origin": _ORIGINS},
            references={"offer_id": "gestion"},
            note="Les articles sont ceux de la gestion commerciale.",
        ),
        Table(
            "acquisition_costs",
            "depenses_marketing",
            (
                text("acquisition_cost_id", "N°"),
                day("spent_month", "Mois"),
                text("channel", "Canal"),
                text("segment", "Cible"),
                amount("cost_eur", "Dépense HT"),
            ),
            thousands=NARROW_SPACE,
            skip_footer=1,
            note="Tenu à la main, avec une ligne de total.",
        ),
    ),
)
