"""The report of training against versions of procedures: rows, CSV, JSON and paper."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from reports.kit.blocks import Fact, draw_facts
from reports.kit.bundle import canonical_json, csv_file
from reports.kit.paper import Paper, RecordHead
from reports.kit.tables import Column, draw_table
from reports.kit.times import exact
from sop.queries.training import Cell, Matrix, PersonRow

HEADER = (
    *("user_id", "name", "roles", "procedure", "version", "title", "in_force_from", "required"),
    *("standing", "also_missing", "read_at", "assessed_at", "assessed_by", "counts_until"),
)
REQUIRED_NOTE = (
    "Training, versions in force and what counted are as of the instant named above. Whether a "
    "procedure is required is said by the roles, sites and rules of today."
)


def rows_of(matrix: Matrix) -> list[tuple[str, ...]]:
    """Return one row for each person and version, in the order of the screen."""
    return [_row(row, cell) for row in matrix.rows for cell in row.cells]


def _row(row: PersonRow, cell: Cell) -> tuple[str, ...]:
    standing, version = cell.standing, cell.version
    judged, newest = standing.judged, standing.newest
    return (
        row.person.user_id,
        row.person.name,
        " ".join(sorted(row.person.roles)),
        version.procedure.code,
        str(version.number),
        version.title,
        _time(version.effective_at),
        "yes" if cell.is_required else "no",
        str(judged.stand.label),
        "" if judged.also is None else str(judged.also.label),
        _time(standing.read_at),
        "" if newest is None else _time(newest.assessed_at),
        "" if newest is None else newest.assessor.full_name,
        _time(judged.until),
    )


def _time(moment: datetime | None) -> str:
    return "" if moment is None else exact(moment)


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Write the rows as CSV."""
    return csv_file(HEADER, rows)


def as_json(rows: Sequence[Sequence[str]], *, as_of: datetime) -> bytes:
    """Write the rows as JSON; its digest is the one that stands on every copy."""
    lines = [dict(zip(HEADER, row, strict=True)) for row in rows]
    return canonical_json({"as_of": exact(as_of), "note": REQUIRED_NOTE, "training": lines})


def as_pdf(matrix: Matrix, rows: Sequence[Sequence[str]], head: RecordHead) -> bytes:
    """Write the report on paper."""
    stream = BytesIO()
    paper = Paper(stream, head, landscape=True)
    paper.heading("Training against versions of procedures")
    draw_facts(
        paper,
        [
            Fact(label="As of", value=head.record_version),
            Fact(label="People", value=str(len(matrix.rows))),
            Fact(label="Versions", value=str(len(matrix.versions))),
            Fact(label="Gaps", value=str(matrix.gaps)),
        ],
    )
    paper.text(REQUIRED_NOTE)
    columns = (
        Column(title="Person", share=2.2),
        Column(title="Procedure, version", share=2.6),
        Column(title="Required", share=0.8),
        Column(title="Standing", share=1.6),
        Column(title="Read", share=1.8),
        Column(title="Assessed", share=2.2),
        Column(title="Counts until", share=1.8),
    )
    draw_table(paper, columns, (_cells(row) for row in rows))
    paper.close()
    return stream.getvalue()


def _cells(row: Sequence[str]) -> tuple[str, ...]:
    said = dict(zip(HEADER, row, strict=True))
    standing = ", ".join(each for each in (said["standing"], said["also_missing"]) if each)
    return (
        "\n".join((said["name"], said["user_id"], said["roles"])),
        "\n".join((f"{said['procedure']} version {said['version']}", said["title"])),
        said["required"],
        standing,
        said["read_at"] or "not read",
        "\n".join(each for each in (said["assessed_at"], said["assessed_by"]) if each),
        said["counts_until"],
    )
