"""The scan page: one card, a list, near misses, or words that help."""

from dataclasses import dataclass
from datetime import datetime

from audit.authors import Author
from custody.queries.scanned import Answer
from custody.queries.search import Hit, Thing
from web.links import (
    batch_url,
    product_url,
    retrieval_url,
    storage_url,
    therapy_url,
    vial_url,
)
from web.scan_cards import ICONS, Asked, ThingCard, card_of


@dataclass(frozen=True, kw_only=True)
class HitLine:
    """One of several things that were found."""

    kind: str
    icon: str
    code: str
    words: str
    url: str


@dataclass(frozen=True, kw_only=True)
class ScanPage:
    """What the scan page shows: a card, a list, near misses, or words that help."""

    code: str
    card: ThingCard | None = None
    hits: tuple[HitLine, ...] = ()
    there_is_more: bool = False
    near: tuple[HitLine, ...] = ()
    words: str = ""


def scan_page(answer: Answer, person: Author, *, at: datetime) -> ScanPage:
    """Put together what a scan came to, for one person."""
    return ScanPage(
        code=answer.code,
        card=None
        if answer.card is None
        else card_of(answer.card, Asked(code=answer.code, person=person, at=at)),
        hits=tuple(_hit(hit) for hit in answer.hits),
        there_is_more=answer.there_is_more,
        near=tuple(_hit(hit) for hit in answer.near),
        words=answer.words,
    )


def _hit(hit: Hit) -> HitLine:
    urls = {
        Thing.VIAL: vial_url(hit.key),
        Thing.THERAPY: therapy_url(hit.code),
        Thing.CONTAINER: storage_url(hit.key),
        Thing.RETRIEVAL: retrieval_url(hit.key),
        Thing.BATCH: batch_url(hit.key),
        Thing.PRODUCT: product_url(hit.code),
    }
    return HitLine(
        kind=str(hit.thing.label),
        icon=ICONS[hit.thing],
        code=hit.code,
        words=hit.words,
        url=urls[hit.thing],
    )
