"""What a scan or a search comes to: one thing, several, a near miss, or words."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from audit.authors import Author
from custody.queries.cards import (
    BatchCard,
    InstrumentCard,
    OrderCard,
    PersonCard,
    ProductCard,
    TherapyCard,
    batch_card,
    instrument_card,
    order_card,
    person_card,
    product_card,
    therapy_card,
)
from custody.queries.facts import VialFacts, facts_by_code, facts_of_vial
from custody.queries.place_cards import ContainerCard, PlaceCard, container_card, place_card
from custody.queries.resolve import Found, resolve
from custody.queries.search import Hit, Thing, look_alikes, search
from inventory.codes.own import OwnKind
from inventory.codes.scan import CodeKind, Scan, read_scan
from inventory.codes.words import UnreadableScan
from inventory.models import IdentifierKind

Card = (
    VialFacts
    | ContainerCard
    | PlaceCard
    | TherapyCard
    | BatchCard
    | OrderCard
    | PersonCard
    | ProductCard
    | InstrumentCard
)
MISTYPED = "CHECK_CHARACTER_WRONG"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """
    What a scan came to.

    code: as it was understood. card: when it is exactly one thing.
    hits: when several things match. near: what carries a code one character away.
    words: why the scan cannot be used, when it cannot.
    """

    code: str
    card: Card | None = None
    hits: tuple[Hit, ...] = ()
    there_is_more: bool = False
    near: tuple[Hit, ...] = ()
    words: str = ""


def look_up(raw: str, *, seen_by: Author, at: datetime) -> Answer:
    """
    Find what `raw` stands for among what the person may see; a vial costs three queries.

    raw: as the scanner or the keyboard delivered it.
    Source: REQUIREMENTS B2, B7; URS-04, URS-117.
    """
    try:
        scan = read_scan(raw)
    except UnreadableScan as error:
        return _unreadable(raw, error, seen_by, at)
    card = _card_of(scan, raw, seen_by, at)
    if card is not None:
        return Answer(code=scan.code, card=card)
    return _searched(scan.code, seen_by, at)


def _card_of(scan: Scan, raw: str, seen_by: Author, at: datetime) -> Card | None:
    if _may_be_a_vial(scan):
        facts = facts_by_code(scan.code, seen_by=seen_by, at=at)
        if facts is not None:
            return facts
    found = resolve(raw, seen_by=seen_by)
    return None if found is None else _open(found, seen_by, at)


def _may_be_a_vial(scan: Scan) -> bool:
    if scan.own is not None:
        return scan.own.kind == OwnKind.VIAL
    return scan.kind != CodeKind.CHAIN_OF_IDENTITY


def _open(found: Found, seen_by: Author, at: datetime) -> Card:
    if found.kind == IdentifierKind.POSITION:
        return place_card(found.key, seen_by=seen_by)
    if found.kind == IdentifierKind.PERSON:
        return person_card(found.key)
    if found.kind == IdentifierKind.PICK_LIST:
        return order_card(Q(pick_list=found.key), seen_by=seen_by)
    if found.kind == IdentifierKind.INSTRUMENT:
        return instrument_card(found.code, at=at)
    return _open_hit(Hit(Thing(found.kind.value), found.key, found.code, ""), seen_by, at)


def _open_hit(hit: Hit, seen_by: Author, at: datetime) -> Card:
    match hit.thing:
        case Thing.VIAL:
            return facts_of_vial(hit.key, seen_by=seen_by, at=at)
        case Thing.THERAPY:
            return therapy_card(hit.key, seen_by=seen_by)
        case Thing.BATCH:
            return batch_card(hit.key, seen_by=seen_by)
        case Thing.CONTAINER:
            return container_card(hit.key, seen_by=seen_by)
        case Thing.RETRIEVAL:
            return order_card(Q(pk=hit.key), seen_by=seen_by)
        case Thing.PRODUCT:
            return product_card(hit.key, seen_by=seen_by)


def _searched(text: str, seen_by: Author, at: datetime) -> Answer:
    hits = search(text, seen_by=seen_by)
    if len(hits.rows) == 1:
        return Answer(code=text, card=_open_hit(hits.rows[0], seen_by, at))
    if hits.rows:
        return Answer(code=text, hits=hits.rows, there_is_more=hits.there_is_more)
    return Answer(code=text, near=tuple(look_alikes(text, seen_by=seen_by)))


def _unreadable(raw: str, error: UnreadableScan, seen_by: Author, at: datetime) -> Answer:
    """Say why it cannot be used; for a mistyped code, also what it may have been."""
    text = raw.strip()
    if error.code != MISTYPED:
        return Answer(code=text[:60], words=error.words)
    found = _searched(text, seen_by, at)
    if found.card is not None or found.hits:
        return found
    return Answer(code=text.upper(), words=error.words, near=found.near)
