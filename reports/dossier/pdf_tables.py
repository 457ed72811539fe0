"""The long tables of a printed dossier: events, signatures, audit trail, hash chain."""

from datetime import datetime

from reports.dossier.contents import Dossier, EventPart
from reports.kit.blocks import CHANGED, draw_signature
from reports.kit.fonts import MONO
from reports.kit.paper import Paper
from reports.kit.tables import Column, draw_table
from reports.kit.times import local

CHAIN_SIZE = 5.5


def draw_events(paper: Paper, dossier: Dossier) -> None:
    """Draw every custody event: when, what, who, from where to where, and why."""
    paper.heading("Chain of custody: every event")
    columns = (
        Column(title="Container, no.", share=2.3, font=MONO),
        Column(title="When", share=1.9),
        Column(title="What", share=2.6),
        Column(title="From, to", share=3),
        Column(title="Who, where", share=2.4),
        Column(title="Reason", share=2.4),
    )
    rows = (_event_row(paper, event) for event in dossier.events)
    draw_table(paper, columns, rows, empty="No event has been recorded.")


def _event_row(paper: Paper, event: EventPart) -> tuple[str, ...]:
    late = f"\nlate entry: done {_at(paper, event.performed_at)}" if event.performed_at else ""
    people = [event.actor, event.second_person and f"with {event.second_person}", event.device]
    return (
        f"{event.vial}\nno. {event.seq}",
        f"{_at(paper, event.recorded_at)}{late}",
        "\n".join(filter(None, [event.kind, *_scans(event), event.details])),
        "\n".join(_moves(event)),
        "\n".join(filter(None, [*people, event.procedure_step])),
        event.reason,
    )


def _scans(event: EventPart) -> list[str]:
    if not event.scanned_code:
        return []
    if event.scanned_code == event.expected_code:
        return [f"scanned {event.scanned_code}, as expected"]
    return [f"expected {event.expected_code or 'any'}; scanned {event.scanned_code}"]


def _moves(event: EventPart) -> list[str]:
    pairs = (
        ("place", event.from_place, event.to_place),
        ("hands", event.from_custodian, event.to_custodian),
        ("custody", event.from_custody, event.to_custody),
        ("quality", event.from_quality, event.to_quality),
    )
    return [f"{name}: {old or '–'} → {new or '–'}" for name, old, new in pairs if old != new]


def draw_signatures(paper: Paper, dossier: Dossier) -> None:
    """Draw every signature with what it stands under."""
    paper.heading("Signatures")
    if not dossier.signatures:
        paper.text("None.")
    for part in dossier.signatures:
        under = ", ".join(part.under)
        draw_signature(paper, part.block, under=under, zone=paper.head.zone)


def draw_audit(paper: Paper, dossier: Dossier) -> None:
    """Draw every audit entry: old and new value, who, when, why; what was changed is marked."""
    paper.heading("Audit trail, by number of the change")
    number = sum(entry.is_later for entry in dossier.audit)
    paper.text(f"{CHANGED} marks a value changed since its first entry: {number:,} of them.")
    columns = (
        Column(title="No.", share=0.6, is_number=True),
        Column(title="When, who", share=2.6),
        Column(title="Record, field", share=2.4),
        Column(title="Old", share=2),
        Column(title="New", share=3.4),
        Column(title="Why, how", share=2.4),
    )
    draw_table(
        paper,
        columns,
        (
            (
                str(entry.change),
                f"{_at(paper, entry.recorded_at)}\n{entry.who}\n{entry.role}".strip(),
                f"{entry.record}\n{entry.field}",
                entry.old,
                f"{CHANGED}: {entry.new}" if entry.is_later else entry.new,
                f"{entry.action}: {entry.reason}\n{entry.device}",
            )
            for entry in dossier.audit
        ),
    )


def draw_refused(paper: Paper, dossier: Dossier) -> None:
    """Draw what was tried on this therapy and refused."""
    paper.heading("Refused attempts")
    columns = (
        Column(title="When", share=1.8),
        Column(title="Who", share=2.2),
        Column(title="What", share=1.6),
        Column(title="Why it was refused", share=5),
    )
    draw_table(
        paper,
        columns,
        (
            (
                _at(paper, row.refused_at),
                f"{row.who}\n{row.role}\n{row.device}".strip(),
                row.action,
                row.words,
            )
            for row in dossier.refused
        ),
    )


def draw_chain(paper: Paper, dossier: Dossier) -> None:
    """Draw the hash of every event in full, and whether each chain verifies."""
    paper.heading("Hash chain: each event's SHA-256 over its content and the hash before it")
    draw_table(
        paper,
        (Column(title="Container", share=1, font=MONO), Column(title="Chain", share=3)),
        ((part.code, str(part.chain)) for part in dossier.containers),
    )
    columns = (
        Column(title="Container", share=2.4, font=MONO),
        Column(title="No.", share=0.6, is_number=True),
        Column(title="SHA-256", share=6, font=MONO),
    )
    rows = ((event.vial, str(event.seq), event.hash) for event in dossier.events)
    draw_table(paper, columns, rows, size=CHAIN_SIZE)


def _at(paper: Paper, moment: datetime) -> str:
    return local(moment, paper.head.zone)
