"""One person and one version in words, as lists, cells of the matrix and CSV say it."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from sop.queries.training import Cell, Matrix
from sop.training import Stand

HEADS = (
    *("user_id", "name", "roles", "procedure", "version", "title", "in_force_from", "required"),
    *("standing", "also_missing", "read_at", "assessed_at", "assessed_by", "counts_until"),
)
MARKS = {
    Stand.FAILED: "✖",
    Stand.EXPIRED: "✖",
    Stand.TO_READ: "●",
    Stand.TO_ASSESS: "●",
    Stand.EXPIRING: "▲",
    Stand.QUALIFIED: "✔",
}


@dataclass(frozen=True, kw_only=True)
class TrainingLine:
    """
    One person's training for one version.

    mark, words: how they stand; is_gap when somebody has to do something about it. read_url: where
    it is read and signed, when it is not yet.
    """

    person_id: int
    person: str
    version_id: int
    code: str
    number: int
    title: str
    from_at: datetime | None
    is_coming: bool
    is_required: bool
    is_gap: bool
    mark: str
    words: str
    read_at: datetime | None
    assessed_at: datetime | None
    assessment_id: int | None
    assessor: str
    until: datetime | None
    read_url: str
    is_to_assess: bool


def line_of(cell: Cell, person: str = "") -> TrainingLine:
    """Say how one person stands towards one version."""
    standing, version = cell.standing, cell.version
    judged, newest = standing.judged, standing.newest
    return TrainingLine(
        person_id=standing.person_id,
        person=person,
        version_id=version.pk,
        code=version.procedure.code,
        number=version.number,
        title=version.title,
        from_at=version.effective_at,
        is_coming=cell.is_coming,
        is_required=cell.is_required,
        is_gap=cell.is_gap,
        mark=MARKS[judged.stand],
        words=_words(cell),
        read_at=standing.read_at,
        assessed_at=None if newest is None else newest.assessed_at,
        assessment_id=None if newest is None or newest.ended_at else newest.pk,
        assessor="" if newest is None else newest.assessor.full_name,
        until=judged.until,
        read_url="" if standing.read_at else reverse("training:read", args=[version.pk]),
        is_to_assess=version.needs_assessment and standing.read_at is not None,
    )


def _words(cell: Cell) -> str:
    judged = cell.standing.judged
    also = "" if judged.also is None else f", {str(judged.also.label).lower()}"
    return f"{judged.stand.label}{also}"


def csv_rows(matrix: Matrix) -> list[tuple[object, ...]]:
    """Write the matrix as rows: one for each person and version."""
    return [
        (
            row.person.user_id,
            row.person.name,
            " ".join(sorted(row.person.roles)),
            line.code,
            line.number,
            line.title,
            _iso(line.from_at),
            "yes" if line.is_required else "no",
            str(cell.standing.judged.stand.label),
            "" if cell.standing.judged.also is None else str(cell.standing.judged.also.label),
            _iso(line.read_at),
            _iso(line.assessed_at),
            line.assessor,
            _iso(line.until),
        )
        for row in matrix.rows
        for cell in row.cells
        for line in [line_of(cell)]
    ]


def _iso(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(timespec="seconds")
