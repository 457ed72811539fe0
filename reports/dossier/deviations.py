"""The deviations that name a container of one therapy; of other patients, nothing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from reports.dossier.contents import Dossier
from reports.dossier.deviation_part import DeviationPart
from reports.dossier.ledger import named
from reports.kit.fonts import MONO
from reports.kit.paper import Paper
from reports.kit.tables import Column, draw_table
from reports.kit.times import local
from sop.models import Deviation

KEPT_APART = "It names containers of others too: its texts are in its own record."


def is_shared(row: Deviation, codes: Mapping[int, str]) -> bool:
    """Say whether a deviation names containers of others; its texts then name them too."""
    return any(each.vial_id not in codes for each in row.vials.all())


def deviation_parts(rows: Sequence[Deviation], codes: Mapping[int, str]) -> Iterator[DeviationPart]:
    """
    Give each deviation with what it means for the containers of the therapy.

    codes: of the therapy's containers, by key.
    Source: 21 CFR 211.192; REQUIREMENTS D2 no. 1; URS-90, URS-117.
    """
    for row in rows:
        own = not is_shared(row, codes)
        impacts = sorted(
            f"{codes[each.vial_id]}: {each.get_impact_display()}. {each.words}".strip()
            for each in row.vials.all()
            if each.vial_id in codes
        )
        yield DeviationPart(
            number=row.number,
            source=row.get_source_display(),
            classification=row.get_classification_display(),
            status=row.get_status_display(),
            opened_at=row.opened_at,
            opened_by=named(row.opened_by),
            closed_at=row.closed_at,
            closed_by=named(row.closed_by),
            outside_reference=row.outside_reference,
            what_happened=row.what_happened if own else KEPT_APART,
            containment=row.containment if own else "",
            investigation=row.investigation if own else "",
            root_cause=row.root_cause if own else "",
            disposition=row.disposition if own else "",
            impacts=tuple(impacts),
        )


def draw_deviations(paper: Paper, dossier: Dossier) -> None:
    """Draw every deviation with its state, its texts and its impact on each container."""
    paper.heading("Deviations")
    columns = (
        Column(title="Number", share=1.5, font=MONO),
        Column(title="State", share=2.2),
        Column(title="What happened, what was done", share=4),
        Column(title="Impact", share=2.6),
    )
    draw_table(paper, columns, (_row(paper, part) for part in dossier.deviations))


def _row(paper: Paper, part: DeviationPart) -> tuple[str, str, str, str]:
    closed = f"\nClosed {_at(paper, part.closed_at)}\n{part.closed_by}" if part.closed_at else ""
    outside = f"\nOutside record {part.outside_reference}" if part.outside_reference else ""
    opened = f"{_at(paper, part.opened_at)}\n{part.opened_by or 'the system'}"
    texts = {
        "Done at once": part.containment,
        "Investigation": part.investigation,
        "Root cause": part.root_cause,
        "Disposition": part.disposition,
    }
    told = [part.what_happened, *(f"{name}: {text}" for name, text in texts.items() if text)]
    return (
        part.number,
        f"{part.status}, {part.classification.lower()}\n{part.source}\n{opened}{closed}{outside}",
        "\n".join(told),
        "\n".join(part.impacts),
    )


def _at(paper: Paper, moment: datetime | None) -> str:
    return "" if moment is None else local(moment, paper.head.zone)
