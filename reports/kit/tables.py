"""Tables of any length: rows come from an iterator, are drawn and forgotten."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reportlab.lib.colors import HexColor

from reports.kit.fonts import BODY, BOLD
from reports.kit.measuring import width_of, wrapped
from reports.kit.paper import INK, LEADING, LEFT, RULE, TINY, Paper

PADDING = 2.0
HEAD_FILL = HexColor("#e9edf2")


@dataclass(frozen=True, kw_only=True)
class Column:
    """
    One column of a table.

    share: its width relative to the other columns. is_number: set to the right.
    """

    title: str
    share: float = 1.0
    font: str = BODY
    is_number: bool = False


@dataclass(frozen=True)
class _Box:
    column: Column
    x: float
    wide: float


Lines = list[list[str]]
"""Of one row: for each column, its lines."""


def draw_table(
    paper: Paper,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    *,
    size: float = TINY,
    empty: str = "None.",
) -> int:
    """
    Draw a table, its head repeated on every page, and say at its end how many entries it has.

    rows: read once, one at a time, so that memory does not grow with their number.
    empty: written instead of a table without rows.
    """
    boxes = _boxes(paper, columns)
    count = 0
    for row in rows:
        lines = [
            wrapped(text, box.column.font, size, box.wide - 2 * PADDING)
            for box, text in zip(boxes, row, strict=True)
        ]
        if not count or paper.room < _height(lines, size):
            _make_room(paper, boxes, lines, size, is_first=not count)
        _draw_row(paper, boxes, lines, size)
        count += 1
    if count:
        paper.skip(2)
        paper.line(f"{count:,} {'entry' if count == 1 else 'entries'}.", size=size)
    else:
        paper.line(empty, size=size + 1)
    paper.skip(4)
    return count


def _boxes(paper: Paper, columns: Sequence[Column]) -> list[_Box]:
    total = sum(column.share for column in columns)
    boxes, x = [], LEFT
    for column in columns:
        wide = paper.width * column.share / total
        boxes.append(_Box(column, x, wide))
        x += wide
    return boxes


def _height(lines: Lines, size: float) -> float:
    return max(map(len, lines)) * size * LEADING + 2 * PADDING


def _make_room(
    paper: Paper, boxes: Sequence[_Box], lines: Lines, size: float, *, is_first: bool
) -> None:
    """Begin the table or carry it over to a new page, with its head."""
    head = [wrapped(box.column.title, BOLD, size, box.wide - 2 * PADDING) for box in boxes]
    enough = _height(head, size) + min(_height(lines, size), paper.full_room / 2)
    if not is_first or paper.room < enough:
        paper.break_page()
    height = _height(head, size)
    paper.canvas.setFillColor(HEAD_FILL)
    paper.canvas.rect(LEFT, paper.y - height, paper.width, height, stroke=0, fill=1)
    _draw_cells(paper, boxes, head, size, font=BOLD)


def _draw_row(paper: Paper, boxes: Sequence[_Box], lines: Lines, size: float) -> None:
    """Draw one row; a row taller than what is left flows on to the next pages."""
    while _height(lines, size) > paper.room:
        fitting = max(1, int((paper.room - 2 * PADDING) / (size * LEADING)))
        _draw_cells(paper, boxes, [cell[:fitting] for cell in lines], size)
        lines = [cell[fitting:] for cell in lines]
        _make_room(paper, boxes, lines, size, is_first=False)
    _draw_cells(paper, boxes, lines, size)


def _draw_cells(
    paper: Paper, boxes: Sequence[_Box], lines: Lines, size: float, *, font: str = ""
) -> None:
    canvas, height = paper.canvas, _height(lines, size)
    canvas.setFillColor(INK)
    for box, cell in zip(boxes, lines, strict=True):
        face = font or box.column.font
        canvas.setFont(face, size)
        for number, line in enumerate(cell):
            slack = box.wide - 2 * PADDING - width_of(line, face, size)
            x = box.x + PADDING + (slack if box.column.is_number else 0)
            canvas.drawString(x, paper.y - PADDING - size - number * size * LEADING, line)
    paper.y -= height
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.3)
    canvas.line(LEFT, paper.y, LEFT + paper.width, paper.y)
