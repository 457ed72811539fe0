"""Opening a deviation inside somebody else's Change, so that cause and deviation are one commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from audit.changes import OpenChange
from audit.writes import create_all, update_all
from inventory.models import Vial
from sop.deviation_locks import vials_listed
from sop.models import (
    SERIES,
    Deviation,
    DeviationKind,
    DeviationSource,
    DeviationStatus,
    DeviationVial,
)

# The row stays locked until the commit: a number is taken by whoever commits, and by nobody else.
NEXT_NUMBER = """
    INSERT INTO sop_deviationseries AS s (name, last) VALUES (%s, 1)
    ON CONFLICT (name) DO UPDATE SET last = s.last + 1 RETURNING s.last
"""
LONGEST_TITLE = 200


@dataclass(frozen=True, kw_only=True)
class NewDeviation:
    """
    What is known when a deviation is opened.

    title: one line, cut at 200 characters. vials: that it touched or may have touched.
    program_id: for one without vials; else it is theirs, when they belong to one.
    caused_by_id: who did what went otherwise. procedure_step: else that of the Change.
    about: what the same thing happening again is known by, for `add_to_open_deviation`.
    """

    source: DeviationSource
    title: str
    what_happened: str
    vials: Sequence[Vial] = ()
    kind: DeviationKind = DeviationKind.DEVIATION
    caused_by_id: int | None = None
    site_id: int | None = None
    program_id: int | None = None
    procedure_step: str = ""
    containment: str = ""
    about: str = ""


def open_deviation(change: OpenChange, found: NewDeviation, *, at: datetime) -> Deviation:
    """
    Open a deviation in the Change that is open, and list its vials; five statements at most.

    Call it last, after every lock: the number stays locked until the commit.
    Source: 21 CFR 211.100(b), 211.192; URS-113.
    """
    deviation = Deviation(
        number=_next_number(found.kind, at),
        kind=found.kind,
        source=found.source,
        title=found.title[:LONGEST_TITLE],
        what_happened=found.what_happened,
        opened_by_id=None if change.actor is None else change.actor.pk,
        opened_at=at,
        caused_by_id=found.caused_by_id,
        site_id=found.site_id,
        program_id=found.program_id or _one_program(found.vials),
        procedure_step=(found.procedure_step or change.procedure_step)[:200],
        containment=found.containment,
        about=found.about[:200],
    )
    create_all([deviation])
    list_vials(deviation, found.vials)
    return deviation


def add_to_open_deviation(about: str, words: str) -> Deviation | None:
    """
    Add `words` to what happened in the open deviation that is about the same; None without one.

    The caller holds a lock under which nobody else opens one about the same.
    """
    rows = Deviation.objects.open().filter(about=about[:200]).order_by("-pk")
    deviation = rows.select_for_update(of=("self",), no_key=True).first()
    if deviation is not None:
        deviation.what_happened = f"{deviation.what_happened}\n{words}"
        update_all([deviation], ["what_happened"])
    return deviation


def list_vials(deviation: Deviation, vials: Sequence[Vial]) -> None:
    """List vials under a deviation, each once, with their impact to be assessed."""
    create_all(
        [
            DeviationVial(deviation=deviation, vial_id=key)
            for key in dict.fromkeys(vial.pk for vial in vials)
        ]
    )


def list_further(deviation: Deviation, vials: Sequence[Vial]) -> list[Vial]:
    """
    List what is not listed yet under an open deviation that the caller locked; return what is new.

    A closure that was asked for is asked anew. The program is theirs, when all belong to one.
    Source: 21 CFR 211.192; URS-113.
    """
    listed = vials_listed(deviation)
    known = {row.vial_id for row in listed}
    new = [vial for vial in vials if vial.pk not in known]
    if new:
        list_vials(deviation, new)
        deviation.program_id = _one_program([*new, *(row.vial for row in listed)])
        if deviation.status == DeviationStatus.AWAITING_CLOSURE:
            deviation.status = DeviationStatus.INVESTIGATING
        update_all([deviation], ["program", "status"])
    return new


def _next_number(kind: DeviationKind, at: datetime) -> str:
    """Take the next number of the kind's series for the year in which `at` lies, in UTC."""
    series = f"{SERIES[kind]}-{at.astimezone(UTC):%Y}"
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, [series])
        (last,) = cursor.fetchone()
    return f"{series}-{last:04d}"


def _one_program(vials: Sequence[Vial]) -> int | None:
    programs = {vial.program_id for vial in vials}
    return programs.pop() if len(programs) == 1 else None
