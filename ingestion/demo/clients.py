"""The demo company's clients, and how each of the three systems knows them."""

import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from stdnum import luhn

from ingestion.demo.calendars import Term
from ingestion.demo.company import COSTLY_SEGMENT, FIRST_DAY
from ingestion.demo.facts import Client, ClientRecord, Habit

# (segment, client type, how many, size of their orders)
POPULATION = (
    ("Industrie", "GE", 5, 2.4),
    ("Industrie", "ETI", 9, 1.7),
    ("Industrie", "PME", 19, 1.0),
    ("Industrie", "TPE", 2, 0.5),
    ("Agroalimentaire", "GE", 1, 2.4),
    ("Agroalimentaire", "ETI", 5, 1.6),
    ("Agroalimentaire", "PME", 13, 0.9),
    ("Bâtiment", "ETI", 2, 1.5),
    ("Bâtiment", "PME", 10, 0.9),
    ("Bâtiment", "TPE", 4, 0.5),
    ("Collectivités", "public", 11, 1.2),
    ("Collectivités", "association", 2, 0.5),
    (COSTLY_SEGMENT, "TPE", 26, 0.28),
    ("Énergie", "GE", 1, 2.2),
    ("Énergie", "ETI", 1, 1.5),
    ("Export", "export", 7, 1.4),
)
EXPORT_COUNTRIES = ("DE", "BE", "ES", "IT", "NL", "DE", "US")
HEADS = ("Méca", "Ferro", "Agri", "Lami", "Turbo", "Céra", "Vitro", "Plasti", "Carto", "Hydro", "Texti", "Thermo")
TAILS = ("vane", "lorne", "brisol", "quenard", "dorval", "mirène", "trévise", "gallois", "pontel", "sarzan", "ouessel")
TRADES = ("Menuiserie", "Plomberie", "Serrurerie", "Électricité", "Couverture", "Garage", "Boulangerie", "Fournil")
PLACES = ("des Halles", "du Quai", "des Remparts", "du Moulin", "de la Dune", "du Chêne", "des Embruns", "du Phare")
TOWNS = ("Kervilly", "Saint-Organ", "Montbreval", "Lanvézec", "Port-Aliénor", "Châtelveau", "Roquevent", "Bourgmarin")
TERMS = {
    "GE": (Term("60 jours", 60), Term("45 jours fin de mois", 45, "eom_then_days")),
    "ETI": (Term("45 jours fin de mois", 45, "days_then_eom"), Term("60 jours", 60)),
    "PME": (Term("30 jours", 30), Term("45 jours", 45), Term("30 jours fin de mois le 10", 30, "days_then_eom_tenth")),
    "TPE": (Term("30 jours", 30), Term("À réception", 0)),
    "public": (Term("30 jours", 30),),
    "association": (Term("30 jours", 30),),
    "export": (Term("30 jours", 30), Term("60 jours", 60)),
}
HABITS = {
    Habit("prompt", 0): 0.42,
    Habit("run", 0, (10, 31)): 0.30,
    Habit("late", 10): 0.25,
    Habit("very_late", 34): 0.03,
}
FREE_MAIL = "messagerie.example"


def siren_of(root: int) -> str:
    """Return a Luhn-valid SIREN that no company can have: it begins with 0."""
    body = f"0{root:07d}"
    return body + str(luhn.calc_check_digit(body))


def vat_of(siren: str) -> str:
    """Return the French VAT number of a SIREN."""
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def plain(text: str) -> str:
    """Return a text in lower case without accents, as e-mail domains and old software write it."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def _names(random: Random, segment: str, count: int) -> list[str]:
    if segment == COSTLY_SEGMENT:
        pool = [f"{trade} {place}" for trade in TRADES for place in PLACES]
    elif segment == "Collectivités":
        pool = [f"{kind} de {town}" for town in TOWNS for kind in ("Commune", "Syndicat des eaux", "Régie de chaleur")]
    else:
        pool = [head + tail for head in HEADS for tail in TAILS]
    return random.sample(pool, count)


def _draw_client(random: Random, number: int, name: str, segment: str, client_type: str, size: float) -> Client:
    country = EXPORT_COUNTRIES[number % len(EXPORT_COUNTRIES)] if client_type == "export" else "FR"
    siren = siren_of(4_100_000 + number * 7_919) if country == "FR" else None
    vat_number = vat_of(siren) if siren else f"{country}{900_000_000 + number * 1_234_567}"
    owner = {"GE": ("V01", "V02"), "TPE": ("V07",)}.get(client_type, ("V03", "V04", "V05", "V06"))
    debit = client_type == "TPE" and random.random() < 0.35
    return Client(
        key=siren or vat_number,
        name=name,
        siren=siren,
        vat_number=vat_number,
        client_type=client_type,
        segment=segment,
        country=country,
        postcode=f"{random.choice((22, 29, 35, 44, 56, 67, 69, 31, 59, 33))}{random.randrange(1, 99):02d}0",
        domain=f"{plain(name).replace(' ', '-').replace(chr(39), '')}.example",
        owner_id=random.choice(owner),
        term=random.choice(TERMS[client_type]),
        habit=Habit("prompt", 0) if debit else random.choices(list(HABITS), list(HABITS.values()))[0],
        weight=random.lognormvariate(0, 0.6),
        size=size * random.uniform(0.8, 1.25),
        discount=Decimal(random.choice(("0", "0", "0.03", "0.05", "0.08"))) if size > 1 else Decimal("0"),
        support=random.choice((0.5, 0.8, 1.0, 1.0, 1.6)),
        created_on=FIRST_DAY - timedelta(days=random.randrange(0, 900)),
        instrument="direct_debit" if debit else random.choice(("transfer", "transfer", "transfer", "cheque")),
        early_discount=client_type in ("PME", "ETI") and random.random() < 0.10,
        retention=segment == "Bâtiment" or client_type == "public",
    )


def build_clients(random: Random) -> dict[str, Client]:
    """Return the clients by key, those with a part in the story first set to play it."""
    clients: list[Client] = []
    names = {
        segment: _names(random, segment, sum(row[2] for row in POPULATION if row[0] == segment))
        for segment in dict.fromkeys(row[0] for row in POPULATION if row[0] in (COSTLY_SEGMENT, "Collectivités"))
    }
    invented = iter(_names(random, "Industrie", 100))
    for segment, client_type, count, size in POPULATION:
        for _ in range(count):
            name = names[segment].pop() if segment in names else next(invented)
            clients.append(_draw_client(random, len(clients), name, segment, client_type, size))
    return {client.key: client for client in _cast(clients)}


def _cast(clients: list[Client]) -> list[Client]:
    """Give the scripted parts to fixed places of the population."""
    parts = list(clients)

    def play(index: int, **changes: object) -> None:
        parts[index] = replace(parts[index], **changes)  # type: ignore[arg-type]  # the fields are of many types

    giant = {"weight": 11.0, "size": 3.4, "discount": Decimal("0.25"), "support": 4.2, "early_discount": False}
    play(0, **giant, term=Term("60 jours", 60), habit=Habit("giant", 37), instrument="transfer")
    play(1, weight=3.5, size=2.6, discount=Decimal("0.03"), support=0.5, habit=Habit("run", 0, (10, 31)))
    # Two companies of one name in one town: only the SIREN tells them apart.
    play(16, name="Mécanique du Littoral", postcode="29450")
    play(17, name="Mécanique du Littoral", postcode="29450", domain="mecanique-littoral.example")
    play(20, is_intercompany=True, name="Ponantis Maintenance", term=Term("30 jours", 30), weight=1.5)
    # A subsidiary whose parent pays, and a client whose debts were sold to a factor.
    play(8, weight=1.6, payer_key=parts[2].key)
    play(22, weight=1.8, instrument="factor", payer_key=FACTOR.key, habit=Habit("prompt", 0))
    play(56, weight=3.0, size=1.4, credit_risk=True, habit=Habit("late", 12), early_discount=False)
    play(58, domain=FREE_MAIL)
    play(59, domain=FREE_MAIL)
    for index in (EMAIL_ONLY, NAME_ONLY, *ACCOUNT_ONLY):
        play(index, weight=1.6)
    dollar = next(index for index, client in enumerate(parts) if client.country == "US")
    play(dollar, weight=1.5, currency="USD", exchange_rate=Decimal("0.9250"))
    return [*parts, FACTOR]


FACTOR = Client(
    key=siren_of(9_900_017),
    name="Affacturage de l'Estran",
    siren=siren_of(9_900_017),
    vat_number=vat_of(siren_of(9_900_017)),
    client_type="ETI",
    segment="Industrie",
    country="FR",
    postcode="35200",
    domain="affacturage-estran.example",
    owner_id="V01",
    term=Term("30 jours", 30),
    habit=Habit("prompt", 0),
    weight=0.0,
    size=0.0,
    discount=Decimal("0"),
    support=0.0,
    created_on=FIRST_DAY,
)

# Places in the population of those whom accounting knows without SIREN nor VAT number.
EMAIL_ONLY = 24
NAME_ONLY = 37
ACCOUNT_ONLY = (26, 39, 41)
VAT_ONLY_EVERY = 9
CRM_TWINS = (3, 18, 45)


def crm_record(client: Client, number: int) -> ClientRecord:
    """Return the client as the CRM knows it."""
    return ClientRecord(
        system="crm",
        client_id=f"C{number:04d}",
        client_key=client.key,
        name=client.name,
        siren=client.siren,
        vat_number=client.vat_number if client.country != "FR" else None,
        email_domain=client.domain,
        client_type=client.client_type,
        segment=client.segment,
        country=client.country,
        postcode=client.postcode,
        owner_id=client.owner_id,
        is_intercompany=client.is_intercompany,
        created_on=client.created_on,
    )


def crm_twin(record: ClientRecord) -> ClientRecord:
    """Return the duplicate that somebody created for a client: trading name, legal form, no accents, same SIREN."""
    name = f"Ets {plain(record.name).title()} SARL"
    created_on = (record.created_on or FIRST_DAY) + timedelta(days=400)
    return replace(
        record, client_id=record.client_id.replace("C0", "C9"), name=name, email_domain=None, created_on=created_on
    )


def gestion_record(client: Client, number: int, first_order_on: date) -> ClientRecord:
    """Return the client as the management software knows it."""
    return ClientRecord(
        system="gestion",
        client_id=f"CLI{number:05d}",
        client_key=client.key,
        name=client.name,
        siren=None if number % VAT_ONLY_EVERY == 4 else client.siren,
        vat_number=client.vat_number,
        accounting_code=accounting_code(client, number) if number in ACCOUNT_ONLY else None,
        country=client.country,
        postcode=client.postcode,
        term_label=client.term.label,
        created_on=first_order_on,
    )


def accounting_code(client: Client, number: int) -> str:
    """Return the auxiliary account of a client."""
    letters = "".join(letter for letter in plain(client.name).upper() if letter.isalpha())
    return f"411{letters[:5]}{number:03d}"


def credit_limit(random: Random, client: Client) -> Decimal | None:
    """Return the most that accounting lets a client owe; public buyers, and four clients in ten, have no limit."""
    fate, generosity = random.random(), random.uniform(0.6, 1.5)
    if client.client_type == "public" or not client.weight or fate < 0.4:
        return None
    return Decimal(5_000 * round(12 * client.size * generosity))


def compta_record(
    client: Client, number: int, first_document_on: date, insolvent_on: date | None, limit: Decimal | None
) -> ClientRecord:
    """Return the client as accounting knows it: most by SIREN, some by VAT number, a few by less."""
    code = accounting_code(client, number)
    record = ClientRecord(
        system="compta",
        client_id=code,
        client_key=client.key,
        name=plain(client.name).upper(),
        accounting_code=code,
        country=client.country,
        postcode=client.postcode,
        term_label=client.term.label,
        created_on=first_document_on,
        insolvent_on=insolvent_on,
        credit_limit=limit,
    )
    if number == EMAIL_ONLY:
        return replace(record, name=record.name + " HOLDING", email_domain=client.domain, postcode=None)
    if number == NAME_ONLY:
        return replace(record, name=record.name + " SARL")
    if number in ACCOUNT_ONLY:
        return replace(record, name="DIVERS " + record.name, postcode=None)
    if number % VAT_ONLY_EVERY == 2:
        return replace(record, vat_number=client.vat_number)
    return replace(record, siren=client.siren, vat_number=client.vat_number)
