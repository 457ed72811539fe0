"""Blocks of a record: facts, verdict marks and signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from reportlab.lib.colors import Color, HexColor

from audit.signing import SignatureBlock
from reports.kit.fonts import BODY, BOLD, MONO
from reports.kit.measuring import width_of, wrapped
from reports.kit.paper import FAINT, INK, LEADING, LEFT, SMALL, TEXT, Paper
from reports.kit.times import local, utc

CHANGED = "▲ changed"
"""Marks a value that is not the one first entered (URS-45)."""
LABEL_SHARE = 0.26
PADDING = 5.0


class Mark(StrEnum):
    """The four verdicts, as shape and colour; the word stands beside it."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"

    @property
    def shape(self) -> str:
        """Give the sign that tells the verdict without colour."""
        return _SHAPES[self]

    @property
    def words(self) -> str:
        """Give the verdict in words."""
        return _WORDS[self]

    @property
    def colour(self) -> Color:
        """Give the colour, dark enough to read on white."""
        return _COLOURS[self]


_SHAPES = {Mark.GREEN: "✔", Mark.AMBER: "▲", Mark.RED: "✖", Mark.GREY: "?"}
_WORDS = {
    Mark.GREEN: "Within specification",
    Mark.AMBER: "Under review",
    Mark.RED: "Do not use",
    Mark.GREY: "Unknown",
}
_COLOURS = {
    Mark.GREEN: HexColor("#146c2e"),
    Mark.AMBER: HexColor("#8a5300"),
    Mark.RED: HexColor("#b3121d"),
    Mark.GREY: HexColor("#4d5560"),
}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One labelled value."""

    label: str
    value: str
    is_code: bool = False


def in_words(mark: Mark) -> str:
    """Write a verdict for a table cell: shape and word."""
    return f"{mark.shape} {mark.words}"


def draw_facts(paper: Paper, facts: Sequence[Fact]) -> None:
    """Draw labelled values, one under the other."""
    indent = paper.width * LABEL_SHARE
    for fact in facts:
        font = MONO if fact.is_code else BODY
        lines = wrapped(fact.value or "none", font, TEXT, paper.width - indent)
        paper.ensure(len(lines[:3]) * TEXT * LEADING)
        paper.canvas.setFont(BODY, SMALL)
        paper.canvas.setFillColor(FAINT)
        paper.canvas.drawString(LEFT, paper.y - TEXT, fact.label)
        for line in lines:
            paper.line(line, font=font, indent=indent)
    paper.skip(4)


def draw_verdict(paper: Paper, mark: Mark, *, as_of: str) -> None:
    """Draw a verdict: edge, shape, word and time; an unknown one has a dashed edge."""
    size, height = TEXT + 4, 30.0
    paper.ensure(height + 6)
    canvas = paper.canvas
    canvas.saveState()
    canvas.setStrokeColor(mark.colour)
    canvas.setLineWidth(1.5)
    if mark is Mark.GREY:
        canvas.setDash(4, 3)
    canvas.roundRect(LEFT, paper.y - height, paper.width, height - 2, 3, stroke=1, fill=0)
    canvas.restoreState()
    baseline = paper.y - height / 2 - 1 - size * 0.36
    canvas.setFillColor(mark.colour)
    canvas.setFont(BOLD, size)
    canvas.drawString(LEFT + 10, baseline, in_words(mark))
    canvas.setFillColor(INK)
    canvas.setFont(BODY, SMALL)
    canvas.drawRightString(LEFT + paper.width - 10, baseline, f"as of {as_of}")
    paper.skip(height + 6)


def draw_signature(paper: Paper, signed: SignatureBlock, *, under: str, zone: ZoneInfo) -> None:
    """
    Draw one signature: name, user id, role, meaning, time; and whether its record changed since.

    under: what was signed.
    Source: 21 CFR 11.50; URS-49, URS-50, URS-53.
    """
    rows = [
        (f"{signed.printed_name}  ({signed.user_id}, {signed.role})", BOLD, TEXT),
        (f"{signed.meaning} · {local(signed.signed_at, zone)} {zone.key}", BODY, TEXT),
        (f"{utc(signed.signed_at)} · under {under}", BODY, SMALL),
        (f"Reason: {signed.reason}", BODY, SMALL),
    ]
    inner = paper.width - 2 * PADDING
    lines = [
        (line, font, size) for text, font, size in rows for line in wrapped(text, font, size, inner)
    ]
    band = TEXT * 1.8 if signed.changed_since else 0.0
    height = sum(size * LEADING for _, _, size in lines) + 2 * PADDING + band
    paper.ensure(height + 4)
    if height <= paper.full_room:
        paper.canvas.setStrokeColor(INK)
        paper.canvas.setLineWidth(0.6)
        paper.canvas.rect(LEFT, paper.y - height, paper.width, height, stroke=1, fill=0)
    paper.skip(PADDING)
    for line, font, size in lines:
        paper.line(line, font=font, size=size, indent=PADDING)
    if signed.changed_since:
        _draw_band(paper, band)
    paper.skip(PADDING + 4)


def _draw_band(paper: Paper, height: float) -> None:
    words = f"{Mark.AMBER.shape} Changed since signed: this version is not signed"
    canvas = paper.canvas
    canvas.setFillColor(HexColor("#ffe2b0"))
    canvas.rect(LEFT + 1, paper.y - height, paper.width - 2, height, stroke=0, fill=1)
    canvas.setFillColor(Mark.AMBER.colour)
    canvas.setFont(BOLD, TEXT)
    middle = LEFT + (paper.width - width_of(words, BOLD, TEXT)) / 2
    canvas.drawString(middle, paper.y - height * 0.7, words)
    paper.skip(height)
