"""The paper of one deviation: what happened, whom it touched, what was decided, who signed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from audit.authors import Author
from custody.queries.deviation_page import find_deviation
from custody.queries.deviations import report_due_at
from custody.queries.verdicts import verdicts
from custody.queries.whereabouts import whereabouts
from reports.dossier.contents import AuditEntry, SignaturePart
from reports.dossier.ledger import named
from reports.dossier.signatures import signatures_under
from reports.kit.blocks import Mark, in_words
from reports.kit.fonts import MONO
from reports.kit.times import exact
from reports.models import Export, RecordKind
from reports.records.record import Cell, Entry, Listing, Record, Shown
from reports.records.trails import changes_listing, changes_of
from sop.models import Deviation, DeviationDecision, DeviationKind, DeviationVial


def deviation_record(
    deviation_id: int, *, asked_by: Author, zone: ZoneInfo, at: datetime
) -> Record:
    """
    Gather the record of one deviation or incident.

    zone: in which its paper tells times when it is of no one site.

    Raises NotFound: there is none of which they see every program.
    Source: 21 CFR 211.192, 11.10(b); An11 (2011) section 13; URS-113, URS-121; REQUIREMENTS D2.
    """
    row = find_deviation(deviation_id, seen_by=asked_by)
    listed = list(
        DeviationVial.objects.filter(deviation=row)
        .select_related("vial__therapy", "vial__batch")
        .order_by("vial__code")
    )
    decisions = list(DeviationDecision.objects.filter(deviation=row).order_by("pk"))
    changes = _changes(row, listed, decisions)
    return Record(
        title="System incident" if row.kind == DeviationKind.INCIDENT else "Deviation",
        subject=row.number,
        version=str(max([0, *(entry.change for entry in changes)])),
        query=f"{row.number}, its complete record, read at {exact(at)}",
        zone=zone if row.site is None else ZoneInfo(row.site.time_zone),
        program_id=row.program_id,
        facts=tuple(_facts(row)),
        texts=tuple(_texts(row)),
        listings=(
            _vials(listed, at),
            _decisions(decisions),
            _dossiers(listed, asked_by),
            changes_listing(changes, title="Every change"),
        ),
        signatures=tuple(_signatures(row, listed, decisions)),
    )


def _changes(
    row: Deviation, listed: Sequence[DeviationVial], decisions: Sequence[DeviationDecision]
) -> list[AuditEntry]:
    return changes_of(
        {
            Deviation: [row.pk],
            DeviationVial: [each.pk for each in listed],
            DeviationDecision: [each.pk for each in decisions],
        }
    )


def _signatures(
    row: Deviation, listed: Sequence[DeviationVial], decisions: Sequence[DeviationDecision]
) -> list[SignaturePart]:
    return signatures_under(
        {
            Deviation: {row.pk: row.number},
            DeviationDecision: {each.pk: str(each) for each in decisions},
            DeviationVial: {each.pk: f"impact on {each.vial.code}" for each in listed},
        }
    )


def _facts(row: Deviation) -> Iterator[Entry]:
    yield Entry(name="number", label="Number", value=row.number, is_code=True)
    yield Entry(name="title", label="What", value=row.title)
    yield Entry(name="source", label="What led to it", value=row.get_source_display())
    yield Entry(name="status", label="State", value=row.get_status_display())
    yield Entry(name="class", label="Class", value=row.get_classification_display())
    yield Entry(name="opened_at", label="Opened", value=row.opened_at)
    opened_by = named(row.opened_by) or "the system"
    yield Entry(name="opened_by", label="Opened by", value=opened_by)
    yield Entry(name="caused_by", label="Done by", value=named(row.caused_by))
    yield Entry(name="site", label="Site", value="" if row.site is None else row.site.name)
    program = "" if row.program is None else row.program.code
    yield Entry(name="program", label="Program", value=program)
    yield Entry(name="procedure_step", label="At step", value=row.procedure_step)
    yield from _outside(row)
    yield Entry(name="closed_at", label="Closed", value=row.closed_at)
    yield Entry(name="closed_by", label="Closed by", value=named(row.closed_by))


def _outside(row: Deviation) -> Iterator[Entry]:
    yield Entry(name="outside_reference", label="Outside record", value=row.outside_reference)
    yield Entry(name="outside_url", label="Its address", value=row.outside_url)
    yield Entry(name="report_due_at", label="Report to FDA due", value=report_due_at(row))
    yield Entry(name="reported_at", label="Report settled", value=row.reported_at)
    yield Entry(name="report_words", label="As", value=row.report_words)


def _texts(row: Deviation) -> Iterator[Entry]:
    yield Entry(name="what_happened", label="What happened", value=row.what_happened)
    if row.kind == DeviationKind.INCIDENT:
        yield Entry(name="impact", label="Impact", value=row.impact)
    yield Entry(name="containment", label="Done at once", value=row.containment)
    yield Entry(name="investigation", label="Investigation", value=row.investigation)
    yield Entry(name="root_cause", label="Root cause", value=row.root_cause)
    yield Entry(name="disposition", label="Disposition", value=row.disposition)


def _vials(listed: Sequence[DeviationVial], at: datetime) -> Listing:
    keys = [each.vial_id for each in listed]
    places = whereabouts(keys) if keys else {}
    judged = verdicts(keys, at=at) if keys else {}
    return Listing(
        name="vials",
        title="Vials it touched or may have touched",
        header=("vial", "batch", "coi", "impact", "words", "verdict_now", "quality", "place_now"),
        rows=[
            (
                each.vial.code,
                each.vial.batch.number,
                "" if each.vial.therapy is None else each.vial.therapy.coi,
                each.get_impact_display(),
                each.words,
                in_words(Mark(judged[each.vial_id].verdict.value)),
                each.vial.get_quality_display(),
                places[each.vial_id].place,
            )
            for each in listed
        ],
        shown=(
            Shown(title="Vial, batch", names=("vial", "batch"), share=2, font=MONO),
            Shown(title="Chain of identity", names=("coi",), share=2, font=MONO),
            Shown(title="Impact", names=("impact", "words"), share=3),
            Shown(title="Verdict now", names=("verdict_now", "quality"), share=1.6),
            Shown(title="Place now", names=("place_now",), share=2),
        ),
        empty="None is named.",
    )


def _decisions(decisions: Sequence[DeviationDecision]) -> Listing:
    return Listing(
        name="decisions",
        title="Decisions; the signature of each is below",
        header=("decided_at", "kind", "outcome"),
        rows=[(each.decided_at, each.get_kind_display(), each.outcome) for each in decisions],
        shown=(
            Shown(title="When", names=("decided_at",), share=1.5),
            Shown(title="Decision", names=("kind",), share=1.5),
            Shown(title="Outcome", names=("outcome",), share=5),
        ),
    )


def _dossiers(listed: Sequence[DeviationVial], asked_by: Author) -> Listing:
    """List each therapy that it touched with the digest of its dossier as last handed out."""
    cois = sorted({each.vial.therapy.coi for each in listed if each.vial.therapy is not None})
    made = Export.objects.visible_to(asked_by).filter(
        kind=RecordKind.THERAPY_DOSSIER, subject__in=cois
    )
    newest: Mapping[str, Export] = {row.subject: row for row in made.order_by("pk")}
    return Listing(
        name="dossiers",
        title="Dossiers of the therapies it touched, as last handed out",
        header=("coi", "made_at", "record_version", "record_sha256"),
        rows=[_dossier(coi, newest.get(coi)) for coi in cois],
        shown=(
            Shown(title="Chain of identity", names=("coi",), share=2, font=MONO),
            Shown(title="Handed out", names=("made_at",), share=1.6),
            Shown(title="Record version", names=("record_version",), share=1),
            Shown(title="SHA-256", names=("record_sha256",), share=4.5, font=MONO),
        ),
        empty="It touched no therapy.",
    )


def _dossier(coi: str, row: Export | None) -> tuple[Cell, ...]:
    if row is None:
        return (coi, "no copy yet", "", "")
    return (coi, row.made_at, row.record_version, row.record_sha256)
