"""A version of a procedure on paper: the work instruction as the floor reads it."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO

from reportlab.lib.colors import Color

from audit.signing import signature_blocks
from reports.kit.blocks import Fact, draw_facts, draw_signature
from reports.kit.fonts import BOLD
from reports.kit.measuring import width_of
from reports.kit.paper import Paper, RecordHead
from reports.kit.tables import Column, draw_table
from reports.kit.times import exact
from sop.documents.document import Coverage, ProcedureDocument
from sop.documents.steps import KINDS
from sop.documents.wording import conditions_of, facts_of
from sop.models import ProcedureVersion
from sop.queries.procedure_files import files_of
from sop.queries.procedures import ProcedureCard, VersionCard
from sop.rules.versions import VersionState

_FAINT = Color(0.55, 0.1, 0.1, alpha=1)
_SIZE = 30.0


class Instruction(Paper):
    """Sheets that say on every page, across it, when the version is not to be used."""

    mark = ""

    def break_page(self) -> None:
        """Begin a page with its mark."""
        super().break_page()
        if self.mark:
            self.draw_mark()

    def draw_mark(self) -> None:
        """Write the mark at the top of the page, under its head."""
        self.canvas.saveState()
        self.canvas.setFillColor(_FAINT)
        self.canvas.setFont(BOLD, _SIZE)
        middle = (self.page_width - width_of(self.mark, BOLD, _SIZE)) / 2
        self.canvas.drawString(middle, self.y - _SIZE, self.mark)
        self.canvas.restoreState()
        self.skip(_SIZE * 1.4)


def as_pdf(
    card: ProcedureCard, version: VersionCard, document: ProcedureDocument, head: RecordHead
) -> bytes:
    """Write the work instruction: what it is, its steps, who signed it."""
    stream = BytesIO()
    paper = Instruction(stream, head)
    if version.state != VersionState.IN_FORCE:
        paper.mark = f"NOT FOR USE: {version.state.words.upper()}"
        paper.draw_mark()
    paper.heading(f"{card.code} {document.title}")
    draw_facts(paper, list(_facts(card, version, document)))
    paper.heading("Steps")
    columns = (
        Column(title="No.", share=0.5, is_number=True),
        Column(title="Step", share=4.4),
        Column(title="What is recorded", share=2.8),
        Column(title="Who, how often, on failure", share=2.3),
    )
    draw_table(paper, columns, _rows(document), size=8, empty="No step yet.")
    paper.heading("Signatures")
    for block in signature_blocks(ProcedureVersion, version.id):
        draw_signature(paper, block, under=f"{card.code} version {version.number}", zone=head.zone)
    paper.close()
    return stream.getvalue()


def _facts(
    card: ProcedureCard, version: VersionCard, document: ProcedureDocument
) -> Iterator[Fact]:
    yield Fact(label="Version", value=f"{version.number}, {version.state.words.lower()}")
    yield Fact(label="Counts from", value=_when(version.effective_at))
    yield Fact(label="Until", value=_when(version.until) if version.until else "a later version")
    yield Fact(label="Written by", value=version.author)
    yield Fact(label="Approved by", value=version.approved_by or "nobody yet")
    for label in ("purpose", "scope", "safety", "references", "changes"):
        yield Fact(label=label.capitalize(), value=str(getattr(document, label)))
    acts = document.coverage == Coverage.ACTS
    yield Fact(label="Acts on product", value="yes" if acts else "no, it records checks")
    files = ", ".join(f"{file.name} (SHA-256 {file.sha256})" for file in files_of(version.id))
    yield Fact(label="Files", value=files)
    if card.retired_at is not None:
        yield Fact(label="Retired", value=_when(card.retired_at))


def _when(moment: datetime | None) -> str:
    return exact(moment) if moment else "not set"


def _rows(document: ProcedureDocument) -> Iterator[tuple[str, ...]]:
    for number, step in enumerate(document.steps, start=1):
        yield (
            str(number),
            "\n".join(part for part in (step.title, step.instruction) if part),
            "\n".join((KINDS[step.kind], *facts_of(step, document))),
            "\n".join(conditions_of(step)),
        )
