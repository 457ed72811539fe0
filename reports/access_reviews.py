"""The copy of a review of access: its lines as rows, as CSV and as paper."""

from collections.abc import Sequence
from io import BytesIO

from accounts.models import AccessReview, AccessReviewLine
from accounts.queries.reviews import lines_of
from audit.signing import signature_blocks
from reports.kit.blocks import Fact, draw_facts, draw_signature
from reports.kit.bundle import csv_file
from reports.kit.paper import Paper, RecordHead
from reports.kit.tables import Column, draw_table
from reports.kit.times import exact

HEADER = (
    *("user_id", "name", "token", "roles", "programs_and_sites", "last_used_at", "shared"),
    *("second_factor", "missing_to_sign", "changed_since_last_review", "access_in_last_review"),
    *("decision", "note", "decided_by", "decided_at", "carried_out_at"),
)


def rows_of(review: AccessReview) -> list[tuple[str, ...]]:
    """Return every line of a review in words, in the order of the screen."""
    return [_row(line) for line in lines_of(review)]


def _row(line: AccessReviewLine) -> tuple[str, ...]:
    return (
        line.person.user_id,
        line.person.full_name,
        "" if line.token is None else line.token.name,
        line.roles,
        ", ".join(line.scopes),
        exact(line.last_used_at) if line.last_used_at else "never",
        "yes" if line.is_shared else "no",
        "yes" if line.has_second_factor else "no",
        ", ".join(line.missing),
        "yes" if line.is_changed else "no",
        line.was,
        line.get_decision_display(),
        line.note,
        "" if line.decided_by is None else line.decided_by.full_name,
        exact(line.decided_at) if line.decided_at else "",
        exact(line.settled_at) if line.settled_at else "",
    )


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Write the lines as CSV."""
    return csv_file(HEADER, rows)


def as_pdf(review: AccessReview, rows: Sequence[Sequence[str]], head: RecordHead) -> bytes:
    """Write the review on paper: what it is, who signed it, then its lines."""
    stream = BytesIO()
    paper = Paper(stream, head, landscape=True)
    paper.heading("Review of access")
    draw_facts(
        paper,
        [
            Fact(label="State", value=review.get_status_display()),
            Fact(label="Begun", value=f"{review.started_by}, {exact(review.started_at)}"),
            Fact(label="Closed", value=_closed(review)),
            Fact(label="Lines", value=str(len(rows))),
        ],
    )
    for block in signature_blocks(AccessReview, review.pk):
        draw_signature(paper, block, under=str(review), zone=head.zone)
    columns = (
        Column(title="Account", share=2),
        Column(title="Roles; programs and sites", share=3.4),
        Column(title="Last used", share=1.5),
        Column(title="Second factor, missing to sign", share=1.6),
        Column(title="Changed", share=2.4),
        Column(title="Decision", share=2.6),
        Column(title="Decided by, carried out", share=2.2),
    )
    draw_table(paper, columns, (_cells(row) for row in rows))
    paper.close()
    return stream.getvalue()


def _closed(review: AccessReview) -> str:
    if review.closed_by is None or review.closed_at is None:
        return "not yet"
    return f"{review.closed_by}, {exact(review.closed_at)}"


def _cells(row: Sequence[str]) -> tuple[str, ...]:
    said = dict(zip(HEADER, row, strict=True))
    carried_out = f"carried out {said['carried_out_at']}" if said["carried_out_at"] else ""
    return (
        _lines(said["name"], said["user_id"], said["token"], _if(said["shared"], "shared")),
        _lines(said["roles"] or "no role", said["programs_and_sites"]),
        said["last_used_at"],
        _lines(f"second factor: {said['second_factor']}", said["missing_to_sign"]),
        _lines("since the last review, was:", said["access_in_last_review"] or "not there")
        if said["changed_since_last_review"] == "yes"
        else "no",
        _lines(said["decision"] or "not marked", said["note"]),
        _lines(said["decided_by"], said["decided_at"], carried_out),
    )


def _if(answer: str, words: str) -> str:
    return words if answer == "yes" else ""


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)
