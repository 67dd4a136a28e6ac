"""The demo company: what does not change from one seed to the next.

Atelier Ponantis sells industrial control equipment, its installation, engineers' days and supervision subscriptions.
About forty people, fiscal years from October to September. Every name is invented, and no SIREN in use begins with 0.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

NAME = "Atelier Ponantis"
SIREN = "042700013"
FIRST_DAY = date(2023, 10, 1)
LAST_DAY = date(2026, 9, 30)
COST_OF_CREDIT_RATE = Decimal("0.06")

STANDARD_VAT = Decimal("0.20")


@dataclass(frozen=True)
class Offer:
    """An offer of the catalogue; price and cost are those of the first year, before tax, for one unit."""

    offer_id: str
    name: str
    family: str
    kind: str
    list_price: Decimal
    unit_cost: Decimal
    vat: Decimal = STANDARD_VAT


def _offer(offer_id: str, name: str, family: str, kind: str, price: str, cost: str, vat: str = "0.20") -> Offer:
    return Offer(offer_id, name, family, kind, Decimal(price), Decimal(cost), Decimal(vat))


# VX4 is the offer of the automatic rule; CLE looks good on paper and loses money on site.
OFFERS = {
    offer.offer_id: offer
    for offer in (
        _offer("CV10", "Capteur de vibration CV-10", "Capteurs", "product", "420", "205"),
        _offer("AC200", "Automate compact AC-200", "Automates", "product", "1850", "1040"),
        _offer("AP6", "Armoire de pilotage AP-6", "Armoires", "product", "7400", "4350"),
        _offer("VX4", "Variateur VX-4", "Variateurs", "product", "960", "655"),
        _offer("PT2", "Passerelle terrain PT-2", "Capteurs", "product", "680", "330"),
        _offer("KC1", "Kit de connecteurs KC-1 (le mètre)", "Accessoires", "product", "3.845679", "1.72"),
        _offer("GUI", "Guide d'exploitation imprimé", "Accessoires", "product", "45", "12.5", "0.055"),
        _offer("PORT", "Port et emballage", "Port", "product", "85", "70"),
        _offer("MOD", "Modernisation de ligne", "Projets", "project", "46000", "29500"),
        _offer("CLE", "Intégration clé en main", "Projets", "project", "38000", "20500"),
        _offer("AUD", "Audit d'atelier", "Projets", "project", "9500", "5300"),
        _offer("REN", "Rénovation de chaufferie d'habitation", "Projets", "project", "17500", "11200", "0.10"),
        _offer("ING", "Journée d'ingénieur", "Régie", "time_and_material", "790", "470"),
        _offer("TEC", "Journée de technicien", "Régie", "time_and_material", "540", "325"),
        _offer("FOR", "Formation à l'exploitation (la journée)", "Régie", "time_and_material", "1400", "640", "0"),
        _offer("SUP", "Supervision connectée (site x mois)", "Abonnements", "subscription", "240", "92"),
        _offer("MAI", "Maintenance préventive (site x mois)", "Abonnements", "subscription", "410", "245"),
        _offer("PLU", "Supervision Plus (site x mois)", "Abonnements", "subscription", "365", "128"),
    )
}

AUTOMATIC_OFFER = "VX4"
AUTOMATIC_QUANTITY = 20
AUTOMATIC_DISCOUNT = Decimal("0.34")
DECEPTIVE_OFFER = "CLE"
COSTLY_SEGMENT = "Artisans"
# The yearly rise of list prices, on 1 January.
PRICE_RISES = {2023: Decimal("1"), 2024: Decimal("1.03"), 2025: Decimal("1.055"), 2026: Decimal("1.08")}


@dataclass(frozen=True)
class Stage:
    """A stage of a sales pipeline."""

    stage_id: str
    pipeline: str
    name: str
    position: int
    stage_class: str
    probability: Decimal


def _stages(pipeline: str, prefix: str, rows: tuple[tuple[str, str, str], ...]) -> list[Stage]:
    return [
        Stage(f"{prefix}{position}", pipeline, name, position, stage_class, Decimal(probability))
        for position, (name, stage_class, probability) in enumerate(rows, start=1)
    ]


SALES_PIPELINE = "Ventes"
RENEWAL_PIPELINE = "Abonnements"
STAGES = _stages(
    SALES_PIPELINE,
    "V",
    (
        ("Piste", "open", "0.05"),
        ("Qualification", "open", "0.15"),
        ("Étude", "open", "0.35"),
        ("Proposition", "open", "0.55"),
        ("Négociation", "open", "0.75"),
        ("Gagné", "won", "1"),
        ("Perdu", "lost", "0"),
    ),
) + _stages(
    RENEWAL_PIPELINE,
    "A",
    (
        ("À renouveler", "open", "0.5"),
        ("Proposition", "open", "0.8"),
        ("Renouvelé", "won", "1"),
        ("Résilié", "lost", "0"),
    ),
)

OWNERS = {
    "V01": ("Grands comptes", True),
    "V02": ("Grands comptes", True),
    "V03": ("Ouest", True),
    "V04": ("Ouest", True),
    "V05": ("Est", True),
    "V06": ("Est", False),
    "V07": ("Sédentaires", True),
}


@dataclass(frozen=True)
class Pool:
    """A team whose hours are measured; capacity is practical (about 82 % of theoretical), for a week."""

    name: str
    hourly_cost: Decimal
    people: int
    weekly_hours: Decimal


POOLS = {
    pool.name: pool
    for pool in (
        Pool("Atelier", Decimal("34.50"), 9, Decimal("28.70")),
        Pool("Ingénierie", Decimal("52.00"), 10, Decimal("28.70")),
        Pool("Support", Decimal("38.25"), 8, Decimal("28.00")),
        Pool("Commerce", Decimal("48.00"), 7, Decimal("26.00")),
        Pool("Administration", Decimal("36.00"), 5, Decimal("28.00")),
    )
}

CHANNELS = ("Salon", "Recommandation", "Site web", "Prospection", "Partenaire")
LOST_REASONS = ("Prix", "Délai", "Concurrent", "Projet abandonné", "Sans réponse")


@dataclass(frozen=True)
class Segment:
    """A commercial segment.

    `monthly_spend` is what marketing spends to reach it, `new_deals` the leads it brings each month, `win_ratio` the
    share that is won, `mix` the weights of product, project, time and material, subscription.
    """

    name: str
    monthly_spend: Decimal
    new_deals: float
    win_ratio: float
    mix: tuple[float, float, float, float]
    sales_hours: float


SEGMENTS = {
    segment.name: segment
    for segment in (
        Segment("Industrie", Decimal("5200"), 6.6, 0.47, (0.5, 0.22, 0.14, 0.14), 15),
        Segment("Agroalimentaire", Decimal("2600"), 3.6, 0.46, (0.46, 0.22, 0.12, 0.20), 14),
        Segment("Bâtiment", Decimal("1500"), 2.6, 0.42, (0.40, 0.44, 0.10, 0.06), 13),
        Segment("Collectivités", Decimal("1200"), 2.0, 0.38, (0.26, 0.46, 0.08, 0.20), 20),
        Segment(COSTLY_SEGMENT, Decimal("6900"), 5.2, 0.20, (0.80, 0.04, 0.04, 0.12), 16),
        Segment("Énergie", Decimal("400"), 0.35, 0.5, (0.3, 0.4, 0.2, 0.1), 20),
        Segment("Export", Decimal("900"), 1.4, 0.44, (0.84, 0.06, 0.10, 0.0), 16),
    )
}
