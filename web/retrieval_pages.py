"""Retrievals as their pages show them: lines of the list, the answer, the next steps, the story."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.urls import reverse
from django.utils.html import format_html

from audit.authors import Author
from custody.models import RetrievalStatus
from custody.queries.retrievals import RetrievalCard
from custody.queries.signed import Signed
from custody.queries.timeline import TimelineEntry
from inventory.models import Custody
from sop.action import Action
from sop.authority import may
from web.links import therapy_url
from web.presenters import (
    AnswerItem,
    AnswerStrip,
    Axis,
    Crumb,
    Identity,
    SignatureBlock,
    StatusBadge,
    TimelineEvent,
)
from web.stories import facts_of
from web.templatetags.freezer import ago, in_sentence, local_time

LIST = Crumb(label="Retrievals", url="/retrievals/")
OF_THE_JOURNEY = frozenset({"packed", "put_back", "arrived", "administered", "returned"})


@dataclass(frozen=True, kw_only=True)
class RetrievalLine:
    """One order in the list; `who` has it, since when."""

    url: str
    order_number: str
    coi: str
    pseudonym: str
    product: str
    asked: str
    destination: str
    needed_by: datetime
    is_late: bool
    badge: StatusBadge
    who: str
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """One thing that this person may do now; the first one is the thing to do."""

    label: str
    url: str
    icon: str


def retrieval_badge(status: RetrievalStatus) -> StatusBadge:
    """Give the badge of how far an order has come."""
    return StatusBadge(axis=Axis.CUSTODY, words=str(status.label))


def retrieval_lines(cards: Iterable[RetrievalCard], *, at: datetime) -> list[RetrievalLine]:
    """Turn orders into lines of the list."""
    return [
        RetrievalLine(
            url=page_url(card),
            order_number=card.order_number,
            coi=card.coi,
            pseudonym=card.pseudonym,
            product=card.product_code,
            asked=asked(card),
            destination=card.destination,
            needed_by=card.needed_by,
            is_late=card.needed_by < at and card.status in OPEN,
            badge=retrieval_badge(card.status),
            who=card.claimed_by,
            since=card.claimed_at,
        )
        for card in cards
    ]


OPEN = frozenset({RetrievalStatus.REQUESTED, RetrievalStatus.CLAIMED, RetrievalStatus.PICKED})


def asked(card: RetrievalCard) -> str:
    """Say what was asked for, such as `2 doses`."""
    word = in_sentence(card.purpose)
    if card.quantity == 1:
        return f"1 {word}"
    return f"{card.quantity} {word}s"


def page_url(card: RetrievalCard) -> str:
    """Give the address of an order's page."""
    return reverse("retrievals:retrieval", args=[card.id])


def identity_of(card: RetrievalCard, vial_code: str = "") -> Identity:
    """Say whose therapy it is, large."""
    return Identity(
        coi=card.coi,
        vial_code=vial_code,
        pseudonym=card.pseudonym,
        product=f"{card.product_name}, {asked(card)}",
    )


def crumbs_of(card: RetrievalCard, here: str = "") -> tuple[Crumb, ...]:
    """Give the way to an order's page, or to a step behind it."""
    if not here:
        return (LIST, Crumb(label=card.order_number))
    return (LIST, Crumb(label=card.order_number, url=page_url(card)), Crumb(label=here))


def answer_of(card: RetrievalCard, places: Sequence[str], *, at: datetime) -> AnswerStrip:
    """
    Answer what a retrieval is asked: by when, where the vials are, who has it.

    places: of the vials that are claimed or left with the order; empty while nothing is.
    """
    return AnswerStrip(
        items=(
            AnswerItem(label="Needed", words=_needed(card, at)),
            AnswerItem(label="Goes to", words=card.destination),
            AnswerItem(label="Where", words=_where(card, places)),
            AnswerItem(
                label="Held by" if card.status in OPEN else "Picked by", words=_held_by(card, at)
            ),
            AnswerItem(label="Therapy", words=card.coi, url=therapy_url(card.coi)),
        )
    )


def _needed(card: RetrievalCard, at: datetime) -> str:
    late = "late: " if card.needed_by < at and card.status in OPEN else ""
    by = local_time(card.needed_by, "minutes")
    return format_html("{}{}, {}", late, by, ago(card.needed_by, at))


def _where(card: RetrievalCard, places: Sequence[str]) -> str:
    if not places:
        return "nothing is claimed yet" if card.status in OPEN else "handed over"
    return " · ".join(dict.fromkeys(places))


def _held_by(card: RetrievalCard, at: datetime) -> str:
    if card.claimed_at is None:
        return "nobody: it is free to claim" if card.status in OPEN else "nobody"
    since = local_time(card.claimed_at, "minutes")
    if card.status not in OPEN:
        return format_html("{}, who claimed it {}", card.claimed_by, since)
    return format_html("{} since {}, {}", card.claimed_by, since, ago(card.claimed_at, at))


_STEPS: Mapping[RetrievalStatus, tuple[tuple[Action, str, str, str], ...]] = {
    RetrievalStatus.REQUESTED: (),
    RetrievalStatus.CLAIMED: (
        (Action.SCAN_PICK, "Pick", "retrievals:pick", "scan"),
        (Action.SCAN_PICK, "Pick list and map", "retrievals:pick_list", "map"),
        (Action.RELEASE_CLAIM, "Give the claim back", "retrievals:release", "arrow-back-up"),
    ),
    RetrievalStatus.PICKED: (
        (Action.PACK_VIALS, "Pack", "retrievals:pack", "package"),
        (Action.HAND_OVER_VIALS, "Hand over", "retrievals:hand_over", "truck-delivery"),
        (Action.PUT_BACK_VIALS, "Put back", "put_away:put_away", "stack-push"),
        (Action.RELEASE_CLAIM, "Give the claim back", "retrievals:release", "arrow-back-up"),
    ),
    RetrievalStatus.HANDED_OVER: (),
    RetrievalStatus.CANCELLED: (),
}
_AFTER_A_RETURN = (Action.PUT_BACK_VIALS, Action.RELEASE_CLAIM)
"""What is left to do once a part of what was picked stands in storage again."""
_AFTERWARDS = {
    "in_transit": (
        (Action.CONFIRM_ARRIVAL, "Confirm arrival", "retrievals:arrival", "map-pin-check"),
        (Action.RETURN_VIALS, "Take back", "retrievals:take_back", "arrow-back-up"),
    ),
    "at_clinic": (
        (
            Action.RECORD_ADMINISTRATION,
            "Record administration",
            "retrievals:administration",
            "droplet-check",
        ),
        (Action.RETURN_VIALS, "Take back", "retrievals:take_back", "arrow-back-up"),
    ),
}


def next_steps(card: RetrievalCard, custodies: Collection[str], person: Author) -> list[NextStep]:
    """
    List what this person may do now, what to do first at the front.

    custodies: of the vials that are claimed for the order, or that left with it.
    """
    steps = list(_STEPS[card.status])
    if Custody.CHECKED_OUT not in custodies:
        steps = [step for step in steps if step[0] != Action.PACK_VIALS]
    if card.status == RetrievalStatus.PICKED and Custody.IN_STORAGE in custodies:
        steps = [step for step in steps if step[0] in _AFTER_A_RETURN]
    if card.status == RetrievalStatus.HANDED_OVER:
        for custody in sorted(set(custodies), reverse=True):
            steps.extend(step for step in _AFTERWARDS.get(custody, ()) if step not in steps)
    return [
        NextStep(label=label, url=_step_url(name, card), icon=icon)
        for action, label, name, icon in steps
        if may(person, action)
    ]


def _step_url(name: str, card: RetrievalCard) -> str:
    """Give the address of a step; putting away is a bench of its own."""
    return reverse(name, args=[card.id] if name.startswith("retrievals:") else [])


def story(
    card: RetrievalCard, entries: Iterable[TimelineEntry], *, links: bool
) -> list[TimelineEvent]:
    """
    Tell what happened under an order, newest first, one line for each step.

    links: whether the reader may open the audit trail.
    """
    mine = [entry for entry in entries if belongs(card, entry)]
    mine.sort(key=lambda entry: entry.change_id, reverse=True)
    return [
        _told(list(group), links=links)
        for _, group in groupby(mine, key=lambda entry: entry.change_id)
    ]


def belongs(card: RetrievalCard, entry: TimelineEntry) -> bool:
    """Say whether an event is a step of this order."""
    order = entry.details.get("order")
    if order is not None:
        return order == card.order_number
    began = card.claimed_at
    return entry.kind in OF_THE_JOURNEY and began is not None and entry.recorded_at >= began


def _told(entries: Sequence[TimelineEntry], *, links: bool) -> TimelineEvent:
    first, count = entries[0], len(entries)
    return TimelineEvent(
        words=f"{first.title}: {count} vial{'' if count == 1 else 's'}",
        who=first.actor or first.device,
        second_person=first.second_person,
        at=first.performed_at or first.recorded_at,
        recorded_at=first.recorded_at if first.performed_at else None,
        detail=" · ".join([*facts_of(_besides_order(first)), first.reason]),
        url=reverse("audit:change", args=[first.change_id]) if links else "",
        signed=first.is_signed,
    )


def _besides_order(entry: TimelineEntry) -> dict[str, object]:
    return {name: value for name, value in entry.details.items() if name != "order"}


def signature_blocks_of(signatures: Iterable[Signed]) -> list[SignatureBlock]:
    """Show who signed the steps of an order."""
    return [
        SignatureBlock(
            printed_name=signed.printed_name,
            user_id=signed.user_id,
            role=signed.role,
            meaning=signed.meaning,
            signed_at=signed.signed_at,
            reason=signed.reason,
            changed_since=signed.changed_since,
        )
        for signed in signatures
    ]
