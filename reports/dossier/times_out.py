"""The times that containers of a therapy were out of storage: gathered, and drawn."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from math import ceil

from custody.curves import Estimate
from custody.estimates import to_a_tenth, words_of_heat
from custody.models import Way
from custody.queries.times_out import LiftLine, OutingLine, times_out
from custody.queries.warmth import warmth_of
from custody.warmth import heat_by, spent_by
from custody.warmth_facts import TemperatureFacts
from inventory.models import Vial
from reports.dossier.contents import Dossier
from reports.dossier.time_out_part import ExposurePart, TimeOutPart
from reports.kit.fonts import MONO
from reports.kit.paper import Paper
from reports.kit.tables import Column, draw_table
from reports.kit.times import local


def exposures_of(
    vials: Sequence[Vial], *, at: datetime
) -> tuple[tuple[ExposurePart, ...], tuple[TimeOutPart, ...]]:
    """Give all times out of each container, and each of them; three statements for any number."""
    kept = warmth_of([vial.pk for vial in vials], at=at)
    found = times_out(kept, at=at)
    return (
        tuple(_exposure(vial.code, kept[vial.pk], at) for vial in vials),
        tuple(
            part
            for vial in vials
            for part in sorted(
                [
                    *(_lifted(vial.code, line) for line in found[vial.pk].lifts),
                    *(_taken_out(vial.code, line) for line in found[vial.pk].outings),
                ],
                key=lambda part: part.began_at,
            )
        ),
    )


def _exposure(code: str, facts: TemperatureFacts, at: datetime) -> ExposurePart:
    used, heat = spent_by(facts, at), heat_by(facts, at)
    return ExposurePart(
        container=code,
        times=used.times,
        longest_seconds=ceil(used.longest.total_seconds()),
        total_seconds=ceil(used.total.total_seconds()),
        warmest_celsius=to_a_tenth(None if heat is None else heat.warmest),
        above_celsius=to_a_tenth(None if heat is None else heat.above),
        times_above=None if heat is None else heat.times,
        unknown=None if heat is None else heat.unknown,
        words=words_of_heat(heat),
    )


def _lifted(code: str, line: LiftLine) -> TimeOutPart:
    return TimeOutPart(
        container=code,
        what=f"Lifted with {line.lifted}",
        way=Way.LIFT.label,
        began_at=line.time.began_at,
        ended_at=line.time.ended_at,
        seconds=ceil(line.seconds),
        celsius=to_a_tenth(line.found.celsius),
        evidence=_evidence(line.found),
        person=line.person or "",
    )


def _taken_out(code: str, line: OutingLine) -> TimeOutPart:
    return TimeOutPart(
        container=code,
        what=f"Taken out itself, until: {line.ended_with}",
        way=line.way,
        began_at=line.time.began_at,
        ended_at=line.time.ended_at,
        seconds=ceil(line.lasted.total_seconds()),
        celsius=to_a_tenth(line.found.celsius),
        evidence=_evidence(line.found),
        person=line.person,
    )


def _evidence(found: Estimate) -> str:
    return str(found.evidence.label)


def draw_times_out(paper: Paper, dossier: Dossier) -> None:
    """Draw what each container spent of its budget, how warm it became, and each time out."""
    paper.heading("Time out of storage, and how warm it became")
    draw_table(
        paper,
        (
            Column(title="Container", share=2, font=MONO),
            Column(title="Times", share=0.7, is_number=True),
            Column(title="At once, s", share=0.9, is_number=True),
            Column(title="In all, s", share=0.9, is_number=True),
            Column(title="Temperature", share=4.5),
        ),
        (
            (
                part.container,
                str(part.times),
                str(part.longest_seconds),
                str(part.total_seconds),
                part.words,
            )
            for part in dossier.exposures
        ),
    )
    columns = (
        Column(title="Container", share=2, font=MONO),
        Column(title="When", share=1.8),
        Column(title="Seconds", share=0.8, is_number=True),
        Column(title="What", share=2.6),
        Column(title="Warmest", share=1.6),
        Column(title="Who", share=1.6),
    )
    draw_table(paper, columns, _rows(paper, dossier), empty="None was ever out of storage.")


def _rows(paper: Paper, dossier: Dossier) -> Iterator[tuple[str, ...]]:
    for part in dossier.times_out:
        warmest = "" if part.celsius is None else f"{part.celsius} °C\n"
        yield (
            part.container,
            local(part.began_at, paper.head.zone),
            str(part.seconds),
            f"{part.what}\n{part.way}",
            f"{warmest}{part.evidence.lower()}",
            part.person,
        )
