"""Pages that fill from top to bottom: margins, head, foot and a cursor that breaks pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from reports.kit.archival import archival_canvas
from reports.kit.fonts import BODY, BOLD, MONO, MONO_BOLD
from reports.kit.measuring import cut_to, width_of, wrapped
from reports.kit.times import local, utc

LEFT: float = 15 * mm
RIGHT: float = 15 * mm
TOP: float = 22 * mm
BOTTOM: float = 24 * mm
INK, FAINT, RULE = HexColor("#1a1d21"), HexColor("#4d5560"), HexColor("#b8bfc8")
TEXT, SMALL, TINY = 9.0, 7.5, 6.5
LEADING = 1.3
TOTAL = "page-total"


@dataclass(frozen=True, kw_only=True)
class RecordHead:
    """
    What stands on every page of a record.

    record_version: of the record as printed. record_sha256: of its machine copy.
    query: what was asked for, filters included.
    Source: 21 CFR 11.10(b); URS-03, URS-63, URS-76.
    """

    title: str
    subject: str
    record_version: str
    record_sha256: str
    generated_by: str
    generated_at: datetime
    zone: ZoneInfo
    software: str
    query: str


class Paper:
    """Sheets being written, one after the other; finished pages are kept compressed."""

    def __init__(self, stream: BinaryIO, head: RecordHead, *, landscape: bool = False) -> None:
        short, long = A4
        self.page_width: float = long if landscape else short
        self.page_height: float = short if landscape else long
        self.head = head
        self.page = 0
        self.y = 0.0
        self.canvas: Canvas = archival_canvas(
            stream,
            page_size=(self.page_width, self.page_height),
            title=f"{head.title} {head.subject}",
            author=head.generated_by,
            subject=head.query,
            keywords=f"record version {head.record_version}, SHA-256 {head.record_sha256}",
            creator=head.software,
            at=head.generated_at,
        )
        self.break_page()

    @property
    def width(self) -> float:
        """Give the width between the margins, in points."""
        return self.page_width - LEFT - RIGHT

    @property
    def room(self) -> float:
        """Give the height left on this page, in points."""
        return self.y - BOTTOM

    @property
    def full_room(self) -> float:
        """Give the height of an empty page, in points."""
        return self.page_height - TOP - BOTTOM

    def break_page(self) -> None:
        """Finish this page and begin the next."""
        if self.page:
            self.canvas.showPage()
        self.page += 1
        self.y = self.page_height - TOP
        self._draw_head()
        self._draw_foot()

    def ensure(self, height: float) -> None:
        """Begin a new page when less than `height` points are left and a new page has more."""
        if self.room < height and self.room < self.full_room:
            self.break_page()

    def skip(self, height: float) -> None:
        """Leave `height` points blank."""
        self.y -= height

    def line(self, text: str, *, font: str = BODY, size: float = TEXT, indent: float = 0) -> None:
        """Write one line that is known to fit."""
        self.ensure(size * LEADING)
        self.canvas.setFillColor(INK)
        self.canvas.setFont(font, size)
        self.canvas.drawString(LEFT + indent, self.y - size, text)
        self.y -= size * LEADING

    def text(self, text: str, *, font: str = BODY, size: float = TEXT, indent: float = 0) -> None:
        """Write text, folded between the margins."""
        for line in wrapped(text, font, size, self.width - indent):
            self.line(line, font=font, size=size, indent=indent)

    def heading(self, text: str, *, keep: float = 60) -> None:
        """
        Write a heading and list it in the outline.

        keep: points that must follow on the same page.
        """
        size = TEXT + 2
        self.ensure(size * 2 + keep)
        self.skip(size * 0.8)
        mark = f"h{self.page}-{self.y:.0f}"
        self.canvas.bookmarkHorizontalAbsolute(mark, self.y + 4)
        self.canvas.addOutlineEntry(text, mark, level=0)
        self.text(text, font=BOLD, size=size)
        self.skip(2)

    def close(self) -> None:
        """Finish the last page, say how many there are, and write the file."""
        self.canvas.showPage()
        self.canvas.beginForm(TOTAL)
        self.canvas.setFont(BODY, TINY)
        self.canvas.setFillColor(FAINT)
        self.canvas.drawString(0, 0, str(self.page))
        self.canvas.endForm()
        self.canvas.save()

    def _draw_head(self) -> None:
        canvas, top = self.canvas, self.page_height - 12 * mm
        canvas.setFillColor(INK)
        subject_width = width_of(self.head.subject, MONO_BOLD, TEXT)
        canvas.setFont(BOLD, TEXT)
        room = self.width - subject_width - 12
        canvas.drawString(LEFT, top, cut_to(self.head.title, BOLD, TEXT, room))
        canvas.setFont(MONO_BOLD, TEXT)
        canvas.drawRightString(self.page_width - RIGHT, top, self.head.subject)
        self._rule(top - 5)

    def _draw_foot(self) -> None:
        head, canvas = self.head, self.canvas
        self._rule(BOTTOM - 10)
        made = (
            f"Generated by {head.generated_by} · {utc(head.generated_at)} · "
            f"{local(head.generated_at, head.zone)} {head.zone.key} · {head.software}"
        )
        lines = (
            (made, BODY),
            (f"Record version {head.record_version} · SHA-256 {head.record_sha256}", MONO),
            (f"Query: {head.query}", BODY),
        )
        canvas.setFillColor(FAINT)
        for number, (text, font) in enumerate(lines):
            canvas.setFont(font, TINY)
            room = self.width - (90 if number == len(lines) - 1 else 0)
            shown = cut_to(text, font, TINY, room)
            canvas.drawString(LEFT, BOTTOM - 20 - number * TINY * LEADING, shown)
        self._draw_page_number(BOTTOM - 20 - 2 * TINY * LEADING)

    def _draw_page_number(self, y: float) -> None:
        canvas, end = self.canvas, self.page_width - RIGHT
        canvas.setFont(BODY, TINY)
        total_from = end - width_of("00000", BODY, TINY)
        canvas.drawRightString(total_from, y, f"Page {self.page} of ")
        canvas.saveState()
        canvas.translate(total_from, y)
        canvas.doForm(TOTAL)
        canvas.restoreState()

    def _rule(self, y: float) -> None:
        self.canvas.setStrokeColor(RULE)
        self.canvas.setLineWidth(0.5)
        self.canvas.line(LEFT, y, self.page_width - RIGHT, y)
