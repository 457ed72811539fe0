"""The card of whatever was scanned: what it is, how it stands, what may be done with it now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import singledispatch

from django.urls import get_script_prefix, reverse

from accounts.roles import Role
from audit.authors import Author
from custody.queries.cards import (
    BatchCard,
    InstrumentCard,
    OrderCard,
    PersonCard,
    ProductCard,
    TherapyCard,
)
from custody.queries.facts import VialFacts
from custody.queries.place_cards import ContainerCard, PlaceCard
from custody.queries.scanned import Card
from custody.queries.search import Thing
from custody.queries.whereabouts import Crumb as Way
from inventory.models import GONE, Custody
from sop.action import Action
from sop.authority import may
from web.configuring.gate import READERS
from web.exposure_words import left_words
from web.links import (
    batch_url,
    product_url,
    retrieval_url,
    storage_url,
    therapy_url,
    vial_url,
    with_query,
)
from web.presenters import AnswerStrip, Crumb, Identity, StatusBadge
from web.templatetags.freezer import in_sentence, last_day, local_time
from web.vial_lines import count_words
from web.vial_pages import badges_of, identity_of, strip_of
from web.vial_verbs import Choice, choices_for

MOST_CHOICES = 3
ICONS = {
    Thing.VIAL: "vaccine-bottle",
    Thing.THERAPY: "dna-2",
    Thing.BATCH: "packages",
    Thing.CONTAINER: "box",
    Thing.RETRIEVAL: "clipboard-list",
    Thing.PRODUCT: "flask",
}


@dataclass(frozen=True, kw_only=True)
class ThingCard:
    """
    One thing as a scan shows it.

    note: what must be read first, such as that the label was replaced.
    """

    kind: str
    icon: str
    code: str
    title: str
    url: str = ""
    open_label: str = ""
    note: str = ""
    identity: Identity | None = None
    strip: AnswerStrip | None = None
    badges: tuple[StatusBadge, ...] = ()
    place: tuple[Crumb, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who asked when, with which code."""

    code: str
    person: Author
    at: datetime


@singledispatch
def card_of(card: Card, _asked: Asked) -> ThingCard:
    """Show one thing. Raises TypeError: nobody said how this kind of thing is shown."""
    raise TypeError(f"no card shows a {type(card).__name__}")


@card_of.register
def _(card: VialFacts, asked: Asked) -> ThingCard:
    vial = card.vial
    ready = [choice for choice in choices_for(card, asked.person) if not choice.refusals]
    was_replaced = asked.code != vial.code and not vial.code.startswith(asked.code.upper())
    return ThingCard(
        kind="Vial",
        icon=ICONS[Thing.VIAL],
        code=vial.code,
        title=f"{vial.get_purpose_display()} of batch {vial.batch.number}",
        url=vial_url(vial.pk),
        open_label="Open the vial",
        note=f"The label {asked.code} was replaced: it is {vial.code} now." if was_replaced else "",
        identity=identity_of(vial),
        strip=strip_of(card, at=asked.at),
        badges=badges_of(card),
        facts=() if vial.custody in GONE else (("May still be out", left_words(card.left)),),
        choices=tuple(ready[:MOST_CHOICES]),
    )


@card_of.register
def _(card: ContainerCard, asked: Asked) -> ThingCard:
    url = storage_url(card.container_id)
    choices = []
    if card.holds == "A vial" and card.free and may(asked.person, Action.PLACE_VIALS):
        put_away = with_query(f"{get_script_prefix()}put-away/", box=card.code)
        choices.append(
            Choice(name="put-away", label="Put away into it", icon="inbox", url=put_away)
        )
    if not card.is_unit and may(asked.person, Action.MOVE_CONTAINER):
        choices.append(Choice(name="move", label="Move it", icon="arrows-move", url=f"{url}move/"))
        choices.append(Choice(name="lift", label="Take it out", icon="clock", url=f"{url}lift/"))
    if not card.is_retired and may(asked.person, Action.COUNT):
        count = with_query(f"{get_script_prefix()}counts/new/", container=card.container_id)
        choices.append(Choice(name="count", label="Count it", icon="list-numbers", url=count))
    return ThingCard(
        kind=card.type_name,
        icon=ICONS[Thing.CONTAINER],
        code=card.code,
        title=card.name,
        url=url,
        open_label="Open the map",
        note="It is out of use." if card.is_retired else "",
        place=_way(card.way),
        facts=(
            ("Places", f"{card.taken} taken, {card.free} free of {card.places}"),
            ("Site", card.site),
            ("Set aside for", card.program or card.zone),
        ),
        choices=tuple(choices),
    )


@card_of.register
def _(card: PlaceCard, asked: Asked) -> ThingCard:
    choices = []
    if card.vial_id is not None:
        url = vial_url(card.vial_id)
        choices.append(
            Choice(name="vial", label=f"Open {card.vial_code}", icon=ICONS[Thing.VIAL], url=url)
        )
    return ThingCard(
        kind="Position",
        icon="map-pin",
        code=asked.code,
        title=f"Place {card.label}",
        url=storage_url(card.container_id),
        open_label="Open the map",
        place=(*_way(card.way), Crumb(label=card.label)),
        facts=(("Holds", _occupant(card)), ("Condition", card.condition)),
        choices=tuple(choices),
    )


def _occupant(card: PlaceCard) -> str:
    if card.is_masked:
        return "taken by another program"
    if card.vial_code or card.inner_name:
        return card.vial_code or card.inner_name
    return "nothing now: kept for a vial that is out" if card.is_kept else "nothing"


@card_of.register
def _(card: TherapyCard, _asked: Asked) -> ThingCard:
    return ThingCard(
        kind="Therapy",
        icon=ICONS[Thing.THERAPY],
        code=card.coi,
        title=card.product,
        url=therapy_url(card.coi),
        open_label="Open the therapy",
        identity=Identity(coi=card.coi, pseudonym=card.pseudonym, product=card.product),
        facts=(("Program", card.program), ("Vials", count_words(card.by_custody))),
    )


@card_of.register
def _(card: BatchCard, asked: Asked) -> ThingCard:
    url = batch_url(card.batch_id)
    choices = []
    if card.by_custody.get(Custody.NOT_RECEIVED) and may(asked.person, Action.RECEIVE_BATCH):
        choices.append(
            Choice(name="receive", label="Receive", icon="package-import", url=f"{url}receive/")
        )
    if card.coi:
        choices.append(
            Choice(
                name="therapy", label="Open the therapy", icon="dna-2", url=therapy_url(card.coi)
            )
        )
    identity = Identity(coi=card.coi, pseudonym=card.pseudonym, product=card.product)
    return ThingCard(
        kind="Batch",
        icon=ICONS[Thing.BATCH],
        code=card.number,
        title=card.product,
        url=url,
        open_label="Open the batch",
        identity=identity if card.coi else None,
        facts=(
            ("Donation", card.donation_number),
            ("Completed", local_time(card.completed_at, "minutes")),
            ("Expires", last_day(card.expires_at)),
            ("Vials", count_words(card.by_custody)),
        ),
        choices=tuple(choices),
    )


@card_of.register
def _(card: OrderCard, _asked: Asked) -> ThingCard:
    return ThingCard(
        kind="Retrieval",
        icon=ICONS[Thing.RETRIEVAL],
        code=card.order_number,
        title=f"{card.quantity} × {in_sentence(card.purpose)} of {card.product}",
        url=retrieval_url(card.retrieval_id),
        open_label="Open the retrieval",
        identity=Identity(coi=card.coi, pseudonym=card.pseudonym, product=card.product),
        facts=(
            ("Status", card.status),
            ("Claimed by", card.claimed_by or "nobody"),
            ("Needed by", local_time(card.needed_by, "minutes")),
            ("To", card.destination),
        ),
    )


@card_of.register
def _(card: PersonCard, asked: Asked) -> ThingCard:
    return ThingCard(
        kind="Badge",
        icon="id-badge-2",
        code=asked.code,
        title=card.full_name,
        note=""
        if card.is_active
        else "This account is closed. Take the badge to an administrator.",
        facts=(("User ID", card.user_id), ("Roles", ", ".join(card.roles) or "no role")),
    )


@card_of.register
def _(card: ProductCard, _asked: Asked) -> ThingCard:
    return ThingCard(
        kind="Product",
        icon=ICONS[Thing.PRODUCT],
        code=card.code,
        title=card.name,
        url=product_url(card.code),
        open_label="Open its therapies",
        facts=(
            ("Program", card.program),
            ("For", "the patient who donated" if card.is_autologous else "any matching patient"),
            ("Therapies", str(card.therapies)),
        ),
    )


@card_of.register
def _(card: InstrumentCard, asked: Asked) -> ThingCard:
    found = card.stands
    is_reader = not READERS.isdisjoint(Role(name) for name in asked.person.role_names())
    note = "" if found.is_usable else f"Do not measure with it: {found.state}. Take another."
    return ThingCard(
        kind="Instrument",
        icon="temperature",
        code=found.code,
        title=found.name,
        url=reverse("configure:instrument", args=[found.instrument_id]) if is_reader else "",
        open_label="Open the instrument",
        note=note,
        facts=(
            ("Kind", f"{found.kind.label}, shows {found.unit}"),
            ("Serial number", found.serial),
            ("Calibration due", "none" if found.due_on is None else found.due_on.isoformat()),
            ("Site", found.site),
        ),
    )


def _way(way: Iterable[Way]) -> tuple[Crumb, ...]:
    return tuple(Crumb(label=step.name, url=storage_url(step.container_id)) for step in way)
