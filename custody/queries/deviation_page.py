"""One deviation as its page shows it: the record, its vials judged, its decisions, its history."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.authors import Author
from audit.errors import NotFound, Refusal
from audit.queries.signatures import blocks_under
from audit.signing import SignatureBlock
from custody.queries.deviations import must_be_reported, report_due_at
from custody.queries.records import VialRecord, vial_records
from custody.queries.verdicts import verdicts
from custody.queries.whereabouts import whereabouts
from custody.viability import Judgement
from inventory.models import Vial
from sop.models import (
    Classification,
    Deviation,
    DeviationDecision,
    DeviationStatus,
    DeviationVial,
    Impact,
)
from sop.queries.investigators import investigators_of

UNKNOWN = Refusal("UNKNOWN_DEVIATION", "No such deviation. Open it from the list.")
NOTHING = "nothing"
MOST_JUDGED = 200
SHOWN = {
    "status": "Status",
    "what_happened": "What happened",
    "impact": "Impact",
    "containment": "Containment",
    "classification": "Class",
    "investigation": "Investigation",
    "root_cause": "Root cause",
    "disposition": "Disposition",
    "outside_reference": "Outside record",
    "outside_url": "Its address",
    "report_words": "Report to FDA",
}
CHOICES = {"status": DeviationStatus, "classification": Classification}


@dataclass(frozen=True, kw_only=True)
class TouchedVial:
    """One vial under a deviation: its record, its place and verdict now, and the impact."""

    record: VialRecord
    place: str
    judgement: Judgement
    impact: Impact
    words: str


@dataclass(frozen=True, kw_only=True)
class TextVersion:
    """One change of a deviation: who, why, when, and each text before and after."""

    change_id: int
    who: str
    role: str
    reason: str
    at: datetime | None
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, kw_only=True)
class DeviationFacts:
    """
    Everything about one deviation.

    row: with site, program and people. listed: what the rules ask; vials: at most 200, judged.
    must_be_reported: it may have touched distributed product under a licence.
    """

    row: Deviation
    listed: Sequence[DeviationVial]
    vials: Sequence[TouchedVial]
    decisions: Sequence[tuple[DeviationDecision, Sequence[SignatureBlock]]]
    signatures: Sequence[SignatureBlock]
    assessed: Sequence[SignatureBlock]
    investigators: frozenset[int]
    must_be_reported: bool
    report_due_at: datetime | None


def find_deviation(deviation_id: int, *, seen_by: Author) -> Deviation:
    """
    Return one deviation with what stands around it.

    Raises NotFound: there is none with this key of which `seen_by` sees every program.
    """
    rows = Deviation.objects.visible_to(seen_by).filter(pk=deviation_id)
    row = (
        rows.select_related("opened_by", "caused_by", "closed_by", "site", "program")
        .annotate(must_be_reported=must_be_reported())
        .first()
    )
    if row is None:
        raise NotFound([UNKNOWN])
    return row


def facts_of(row: Deviation, *, at: datetime) -> DeviationFacts:
    """Gather what the page of a deviation shows, which the caller may see."""
    listed = list(
        DeviationVial.objects.filter(deviation=row).select_related("vial").order_by("vial__code")
    )
    decisions = list(DeviationDecision.objects.filter(deviation=row).order_by("pk"))
    blocks = blocks_under(
        [
            (Deviation, row.pk),
            *((DeviationDecision, decision.pk) for decision in decisions),
            *((DeviationVial, each.pk) for each in listed),
        ]
    )
    return DeviationFacts(
        row=row,
        listed=listed,
        vials=_touched(listed[:MOST_JUDGED], at=at),
        decisions=[
            (decision, blocks.get((DeviationDecision, decision.pk), [])) for decision in decisions
        ],
        signatures=blocks.get((Deviation, row.pk), []),
        assessed=list(
            _once(block for each in listed for block in blocks.get((DeviationVial, each.pk), []))
        ),
        investigators=frozenset(investigators_of(row)),
        must_be_reported=vars(row)["must_be_reported"],
        report_due_at=report_due_at(row),
    )


def _once(blocks: Iterable[SignatureBlock]) -> Iterator[SignatureBlock]:
    """Yield each signing once, whatever number of vials it covered."""
    seen = set()
    for block in blocks:
        key = (block.user_id, block.signed_at, block.reason, block.changed_since)
        if key not in seen:
            seen.add(key)
            yield block


def _touched(listed: Sequence[DeviationVial], *, at: datetime) -> list[TouchedVial]:
    keys = [each.vial_id for each in listed]
    if not keys:
        return []
    records = vial_records(Vial.objects.filter(pk__in=keys).order_by("code"))
    places = whereabouts(keys)
    judged = verdicts(keys, at=at)
    impacts = {each.vial_id: each for each in listed}
    return [
        TouchedVial(
            record=record,
            place=places[record.vial_id].place,
            judgement=judged[record.vial_id],
            impact=Impact(impacts[record.vial_id].impact),
            words=impacts[record.vial_id].words,
        )
        for record in records
    ]


def versions_of_deviation(row: Deviation) -> list[TextVersion]:
    """Return every version of a deviation's texts, newest first; one query."""
    versions: list[TextVersion] = []
    before: Mapping[str, str] | None = None
    for kept in row.history.select_related("change").order_by("history_id"):
        now = {name: _words(name, getattr(kept, name)) for name in SHOWN}
        change = kept.change
        versions.append(
            TextVersion(
                change_id=change.pk,
                who=change.actor_name or change.device,
                role=change.role,
                reason=change.reason,
                at=change.recorded_at,
                fields=tuple(_differences(before, now)),
            )
        )
        before = now
    return versions[::-1]


def _differences(
    before: Mapping[str, str] | None, now: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    for name, label in SHOWN.items():
        old = NOTHING if before is None else before[name]
        if old != now[name]:
            yield (label, old, now[name])


def _words(name: str, value: str) -> str:
    if name in CHOICES:
        return str(CHOICES[name](value).label)
    return value or NOTHING
