"""Ledger events as the lines of a timeline."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.urls import get_script_prefix
from django.utils.html import format_html, format_html_join

from custody.models import EventKind
from custody.queries.timeline import TimelineEntry
from custody.rules.moments import on_site_clocks
from web.presenters import Mark, TimelineEvent
from web.templatetags.freezer import MINUS, duration

SHOWN_OF_HASH = 12
MOST_NAMED = 12
MARKS = {
    EventKind.WENT_MISSING: Mark.GREY,
    EventKind.HELD: Mark.AMBER,
    EventKind.EXPIRED: Mark.RED,
    EventKind.DISCARDED: Mark.RED,
}
DETAIL_LABELS = {
    "order": "order",
    "late_because": "entered late because",
    "reason_to_skip": "an earlier one passed over because",
    "reason_for_last": "the last backup taken because",
    "receiver": "receiver",
    "organisation": "organisation",
    "identified_by": "identified by",
    "destination": "to",
    "purpose": "purpose",
    "evidence": "evidence",
    "seal_number": "seal",
    "arrival_celsius": "arrived at",
    "shipper": "shipper",
    "logger": "with logger",
    "test": "test",
    "method": "method",
    "manifest": "manifest",
    "searched": "searched",
    "condition": "condition",
    "reference": "reference",
    "parent": "from",
    "left_ml": "left, ml",
    "carrier": "carried in",
    "cold_for_seconds": "which keeps cold for",
    "out_since": "out since",
    "picked_at": "scanned at the pick",
    "seconds_out": "was out for",
    "seconds_exposed": "of that beyond its carrier",
    "container": "container",
    "witness_scanned": "witness scanned",
}


BACKWARDS = "CHECK: recorded earlier than the entry before it"


def story_lines(entries: Iterable[TimelineEntry], *, links: bool) -> tuple[TimelineEvent, ...]:
    """Tell the events of a vial, newest first; `links` lead into the trail."""
    return tuple(_line(entry, links=links) for entry in reversed(list(entries)))


def journey_lines(
    entries: Sequence[TimelineEntry], codes: Mapping[int, str], *, links: bool
) -> tuple[TimelineEvent, ...]:
    """
    Tell the events of many vials, newest first; what one Change did to several is one line.

    codes: of the vials, by key; links: whether the lines lead into the trail.
    """
    steps: dict[tuple[int, str, str], list[TimelineEntry]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.change_id, entry.event_id)):
        steps.setdefault((entry.change_id, entry.kind, entry.to_quality), []).append(entry)
    return tuple(_step(step, codes, links=links) for step in reversed(steps.values()))


def _step(step: Sequence[TimelineEntry], codes: Mapping[int, str], *, links: bool) -> TimelineEvent:
    first = step[0]
    line = _line(first, links=links)
    if len(step) == 1:
        return replace(line, words=f"{codes[first.vial_id]}: {line.words}")
    changed = first.from_quality != first.to_quality and first.from_quality
    what = f": {first.from_quality} → {first.to_quality}" if changed else ""
    vials = ", ".join(f"…{codes[entry.vial_id][-4:]}" for entry in step[:MOST_NAMED])
    left = len(step) - MOST_NAMED
    return replace(
        line,
        words=f"{first.title}{what} · {len(step)} vials",
        detail=" · ".join(
            filter(None, [vials + (f" and {left} more" if left > 0 else ""), first.reason])
        ),
    )


def _line(entry: TimelineEntry, *, links: bool) -> TimelineEvent:
    kind = EventKind(entry.kind)
    return TimelineEvent(
        words=f"{entry.title}{_where(entry)}",
        who=entry.actor or entry.device,
        at=entry.performed_at or entry.recorded_at,
        recorded_at=entry.recorded_at if entry.performed_at else None,
        second_person=entry.second_person,
        detail=_detail(entry),
        url=f"{get_script_prefix()}audit/{entry.change_id}/" if links else "",
        mark=MARKS.get(kind),
        signed=entry.is_signed,
    )


def _where(entry: TimelineEntry) -> str:
    """Say what the event changed: the place, or the quality."""
    came, went = entry.from_place, entry.to_place
    if came and went and came != went:
        box, _, label = went.rpartition(" › ")
        old_box, _, old_label = came.rpartition(" › ")
        return f" from {old_label} to {label}" if box == old_box else f" from {came} to {went}"
    if went and not came:
        return f" at {went}"
    if came and not went:
        return f" from {came}"
    if entry.from_quality != entry.to_quality and entry.from_quality:
        return f": {entry.from_quality} → {entry.to_quality}"
    return ""


def _detail(entry: TimelineEntry) -> str:
    parts = [*facts_of(entry.details), entry.reason, entry.device if entry.actor else ""]
    if entry.runs_backwards:
        parts.insert(0, BACKWARDS)
    if entry.scanned_code and entry.scanned_code != entry.expected_code:
        parts.insert(0, f"scanned {entry.scanned_code}")
    told = format_html_join(" · ", "{}", ((part,) for part in parts if part))
    return format_html(
        '{} <span class="code" title="{}">#{} {}</span>',
        told,
        entry.hash,
        entry.seq,
        entry.hash[:SHOWN_OF_HASH],
    )


def facts_of(details: Mapping[str, object]) -> Iterator[str]:
    """Say what else is known of an event: the receiver, the seal, the temperature on arrival."""
    for name, label in DETAIL_LABELS.items():
        value = details.get(name)
        if value not in (None, "", []):
            yield f"{label} {_with_unit(name, value)}"


def _with_unit(name: str, value: object) -> str:
    if name == "arrival_celsius":
        return f"{str(value).replace('-', MINUS)} °C"
    if name in {"seconds_out", "seconds_exposed", "cold_for_seconds"}:
        return duration(timedelta(seconds=int(str(value))))
    if name in {"out_since", "picked_at"}:
        return on_site_clocks(datetime.fromisoformat(str(value)))
    return str(value)
