"""The chain of a therapy as one line: collection, batch, and each station its vials passed."""

from collections.abc import Iterable, Sequence

from django.urls import reverse

from custody.models import EventKind
from custody.queries.therapies import BatchFact, TherapyFacts
from custody.queries.timeline import TimelineEntry
from web.presenters import ChainLink

STATIONS = (
    ("Received", (EventKind.RECEIVED,)),
    ("Stored", (EventKind.PLACED,)),
    ("Released", (EventKind.QUALITY_DECIDED,)),
    ("Checked out", (EventKind.CHECKED_OUT,)),
    ("Handed over", (EventKind.HANDED_OVER,)),
    ("At the clinic", (EventKind.ARRIVED,)),
    ("Administered", (EventKind.ADMINISTERED,)),
)
ASIDE = {
    EventKind.WENT_MISSING: "Missing",
    EventKind.FOUND: "Found",
    EventKind.RETURNED: "Returned",
    EventKind.DISCARDED: "Discarded",
    EventKind.TRANSFERRED: "Transferred",
    EventKind.CONSUMED: "Used up in QC",
    EventKind.SPLIT: "Split",
}
RELEASED = "Released"
UNVERIFIED = "the record does not verify"
GAP = "custody gap"


def chain_of(facts: TherapyFacts) -> tuple[ChainLink, ...]:
    """
    Draw the way from collection to patient: what was reached with its time, the rest as pending.

    A vial whose record has a gap, or does not verify, breaks the line before its last station.
    """
    reached = [*_stations(facts.events), *_asides(facts.events)]
    reached.sort(key=lambda link: (link.at is None, link.at))
    if reached:
        reached[-1] = _broken(reached[-1], _break(facts))
    pending = _pending(facts) if facts.usable else []
    return (*_before_us(facts.batches), *reached, *pending)


def _before_us(batches: Sequence[BatchFact]) -> list[ChainLink]:
    links = []
    for batch in batches:
        url = reverse("batches:batch", args=[batch.batch_id])
        links.append(ChainLink(label=f"Collection {batch.donation_number}"))
        links.append(ChainLink(label=f"Batch {batch.number}", at=batch.completed_at, url=url))
    return links


def _stations(events: Iterable[TimelineEntry]) -> list[ChainLink]:
    found = list(events)
    links = []
    for label, kinds in STATIONS:
        here = [event for event in found if event.kind in kinds and _counts(label, event)]
        if here:
            links.append(_link(label, here))
    return links


def _counts(label: str, event: TimelineEntry) -> bool:
    return label != RELEASED or event.to_quality == RELEASED


def _asides(events: Iterable[TimelineEntry]) -> list[ChainLink]:
    found = list(events)
    links = []
    for kind, label in ASIDE.items():
        here = [event for event in found if event.kind == kind]
        if here:
            links.append(_link(label, here))
    return links


def _link(label: str, events: Sequence[TimelineEntry]) -> ChainLink:
    """Make the dot of a station: its last time, and how many vials passed it."""
    last = max(events, key=lambda event: event.recorded_at)
    vials = len({event.vial_id for event in events})
    return ChainLink(
        label=f"{label} ({vials})",
        at=last.recorded_at,
        url=reverse("audit:change", args=[last.change_id]),
    )


def _pending(facts: TherapyFacts) -> list[ChainLink]:
    seen = {label for label, kinds in STATIONS for e in facts.events if e.kind in kinds}
    seen -= set() if any(e.to_quality == RELEASED for e in facts.events) else {RELEASED}
    return [ChainLink(label=label, pending=True) for label, _ in STATIONS if label not in seen]


def _break(facts: TherapyFacts) -> str:
    codes = {
        finding.code for judgement in facts.judgements.values() for finding in judgement.findings
    }
    if "CHAIN_BROKEN" in codes:
        return UNVERIFIED
    return GAP if "CUSTODY_GAP" in codes else ""


def _broken(link: ChainLink, words: str) -> ChainLink:
    return ChainLink(label=link.label, at=link.at, url=link.url, broken_before=words)
