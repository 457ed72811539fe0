"""The chain of a therapy as one line: collection, batch, and each station its vials passed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse

from custody.findings import Finding
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
BREAKS = {"CUSTODY_GAP": "custody gap", "CHAIN_BROKEN": "the record does not verify"}


@dataclass(frozen=True)
class _Station:
    """A dot of the line with the events that it stands for."""

    link: ChainLink
    events: frozenset[int]
    at: datetime


def chain_of(facts: TherapyFacts, *, links: bool) -> tuple[ChainLink, ...]:
    """
    Draw the way from collection to patient: what was reached with its time, the rest as pending.

    A gap, or an entry that does not verify, breaks the line before the station where it is; when
    the record itself differs from its last entry, before the last station.

    links: whether the stations lead into the trail.
    """
    stations = [*_stations(facts.events), *_asides(facts.events)]
    stations.sort(key=lambda station: station.at)
    pending = _pending(facts) if facts.usable else []
    return (*_before_us(facts.batches), *_drawn(stations, facts, links=links), *pending)


def _drawn(
    stations: Sequence[_Station], facts: TherapyFacts, *, links: bool
) -> Iterator[ChainLink]:
    breaks = {_broken_station(stations, found, facts): words for found, words in _breaks(facts)}
    for station in stations:
        url = station.link.url if links else ""
        yield replace(station.link, url=url, broken_before=breaks.get(station, ""))


def _breaks(facts: TherapyFacts) -> Iterator[tuple[Finding, str]]:
    """Yield what breaks the chain of any vial; what does not verify is said over a gap."""
    for code, words in BREAKS.items():
        for judgement in facts.judgements.values():
            for finding in judgement.findings:
                if finding.code == code:
                    yield finding, words


def _broken_station(
    stations: Sequence[_Station], found: Finding, facts: TherapyFacts
) -> _Station | None:
    """Return the station of the broken entry, or the first one after it."""
    broken = next((event for event in facts.events if event.event_id == found.reference), None)
    if broken is None:
        return stations[-1] if stations else None
    own = [station for station in stations if broken.event_id in station.events]
    later = [station for station in stations if broken.recorded_at <= station.at]
    return next(iter([*own, *later, *reversed(stations)]), None)


def _before_us(batches: Sequence[BatchFact]) -> list[ChainLink]:
    links = []
    for batch in batches:
        url = reverse("batches:batch", args=[batch.batch_id])
        links.append(ChainLink(label=f"Collection {batch.donation_number}"))
        links.append(ChainLink(label=f"Batch {batch.number}", at=batch.completed_at, url=url))
    return links


def _stations(events: Iterable[TimelineEntry]) -> list[_Station]:
    found = list(events)
    stations = []
    for label, kinds in STATIONS:
        here = [event for event in found if event.kind in kinds and _counts(label, event)]
        if here:
            stations.append(_station(label, here))
    return stations


def _counts(label: str, event: TimelineEntry) -> bool:
    return label != RELEASED or event.to_quality == RELEASED


def _asides(events: Iterable[TimelineEntry]) -> list[_Station]:
    found = list(events)
    stations = []
    for kind, label in ASIDE.items():
        here = [event for event in found if event.kind == kind]
        if here:
            stations.append(_station(label, here))
    return stations


def _station(label: str, events: Sequence[TimelineEntry]) -> _Station:
    """Make the dot of a station: its last time, and how many vials passed it."""
    last = max(events, key=lambda event: event.recorded_at)
    vials = len({event.vial_id for event in events})
    link = ChainLink(
        label=f"{label} ({vials})",
        at=last.recorded_at,
        url=reverse("audit:change", args=[last.change_id]),
    )
    return _Station(link, frozenset(event.event_id for event in events), last.recorded_at)


def _pending(facts: TherapyFacts) -> list[ChainLink]:
    seen = {label for label, kinds in STATIONS for e in facts.events if e.kind in kinds}
    seen -= set() if any(e.to_quality == RELEASED for e in facts.events) else {RELEASED}
    return [ChainLink(label=label, pending=True) for label, _ in STATIONS if label not in seen]
