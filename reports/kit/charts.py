"""Curves on paper: envelopes, limits as lines with labels, gaps as hatched gaps, nothing joined."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from math import ceil, floor, log10
from zoneinfo import ZoneInfo

from reportlab.lib.colors import Color, HexColor

from reports.kit.chart_labels import Box, free_place
from reports.kit.fonts import BODY, BOLD
from reports.kit.measuring import width_of
from reports.kit.paper import FAINT, INK, LEFT, RULE, TINY, Paper

HEIGHT = 150.0
ABOVE, BELOW, BESIDE = 14.0, 16.0, 40.0
HATCH, LEGEND = 5.0, 3 * TINY
KEY = 16.0
MEANINGS = "Red shade: an excursion. Hatched: a time without evidence. Dashed in red: limits."
TICKS_ACROSS, TICKS_UP = 7, 5
LINES = (HexColor("#1f4e79"), HexColor("#b7791f"), HexColor("#8b2fa3"), HexColor("#2e7d32"))
ENVELOPES = (HexColor("#c9d8e8"), HexColor("#f1e1c4"), HexColor("#e6d1ec"), HexColor("#cfe6d1"))
DASHES = ((), (5, 1.5), (1.2, 1.2), (6, 1.5, 1.2, 1.5))
"""Each line is told apart in black and white too."""
LIMIT, SHADE, GAP = HexColor("#b3121d"), HexColor("#fbe3e4"), HexColor("#4d5560")
PLATE = HexColor("#ffffff")

Point = tuple[float, float | None, float | None, float | None]
"""Seconds since 1970, value or mean, lowest, highest; without a value the line breaks."""


@dataclass(frozen=True, kw_only=True)
class Trace:
    """What one probe measured, in the order of time."""

    label: str
    points: Sequence[Point]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One limit while it was in force."""

    label: str
    value: float
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Chart:
    """
    One curve with everything that stands in it.

    gaps: times without evidence; shades: excursions. zone: in which its axis tells times.
    """

    title: str
    unit: str
    since: datetime
    until: datetime
    zone: ZoneInfo
    traces: Sequence[Trace]
    rules: Sequence[Rule] = ()
    gaps: Sequence[tuple[datetime, datetime]] = ()
    shades: Sequence[tuple[datetime, datetime]] = ()


@dataclass(frozen=True)
class _Frame:
    """Where the curve lies on the page, and how values become places."""

    left: float
    bottom: float
    wide: float
    high: float
    since: float
    until: float
    least: float
    most: float

    def x(self, at: float) -> float:
        """Return where a time lies, kept inside the frame."""
        inside = min(max(at, self.since), self.until)
        return self.left + (inside - self.since) / (self.until - self.since) * self.wide

    def y(self, value: float) -> float:
        """Return where a value lies."""
        return self.bottom + (value - self.least) / (self.most - self.least) * self.high


def draw_chart(paper: Paper, chart: Chart) -> None:
    """Draw a curve across the page; nothing between two points that are apart is joined."""
    paper.heading(chart.title, keep=HEIGHT + LEGEND)
    least, most = _bounds(chart)
    frame = _Frame(
        left=LEFT + BESIDE,
        bottom=paper.y - HEIGHT + BELOW,
        wide=paper.width - 2 * BESIDE,
        high=HEIGHT - ABOVE - BELOW,
        since=chart.since.timestamp(),
        until=chart.until.timestamp(),
        least=least,
        most=most,
    )
    canvas = paper.canvas
    canvas.saveState()
    for since, until in chart.shades:
        _band(paper, frame, since, until, fill=SHADE)
    for since, until in chart.gaps:
        _hatch(paper, frame, since, until)
    for number, trace in enumerate(chart.traces):
        _draw_trace(paper, frame, trace, number)
    _draw_limits(paper, frame, chart)
    _draw_axes(paper, frame, chart)
    canvas.restoreState()
    paper.skip(HEIGHT)
    _draw_legend(paper, chart)
    paper.skip(4)


def _bounds(chart: Chart) -> tuple[float, float]:
    """Return the least and the most that is drawn, with a little air."""
    said = [rule.value for rule in chart.rules]
    for trace in chart.traces:
        said += [value for point in trace.points for value in point[1:] if value is not None]
    least, most = min(said, default=0.0), max(said, default=1.0)
    air = max((most - least) * 0.06, 0.5)
    return least - air, most + air


def _band(
    paper: Paper, frame: _Frame, since: datetime, until: datetime, *, fill: Color
) -> tuple[float, float]:
    left, right = frame.x(since.timestamp()), frame.x(until.timestamp())
    wide = max(right - left, 0.7)
    paper.canvas.setFillColor(fill)
    paper.canvas.rect(left, frame.bottom, wide, frame.high, stroke=0, fill=1)
    return left, left + wide


def _hatch(paper: Paper, frame: _Frame, since: datetime, until: datetime) -> None:
    """Hatch a time without evidence."""
    canvas = paper.canvas
    canvas.saveState()
    left, right = _band(paper, frame, since, until, fill=HexColor("#f1f2f4"))
    path = canvas.beginPath()
    path.rect(left, frame.bottom, right - left, frame.high)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.setStrokeColor(GAP)
    canvas.setLineWidth(0.3)
    x = left - frame.high
    while x < right:
        canvas.line(x, frame.bottom, x + frame.high, frame.bottom + frame.high)
        x += HATCH
    canvas.restoreState()


def _draw_trace(paper: Paper, frame: _Frame, trace: Trace, number: int) -> None:
    for run in _runs(trace.points):
        _draw_envelope(paper, frame, run, ENVELOPES[number % len(ENVELOPES)])
        canvas = paper.canvas
        canvas.setStrokeColor(LINES[number % len(LINES)])
        canvas.setLineWidth(0.8)
        canvas.setDash(*_dash(number))
        places = [(frame.x(at), frame.y(value)) for at, value, _, _ in run if value is not None]
        if len(places) == 1:
            canvas.circle(*places[0], 0.6)
        path = canvas.beginPath()
        path.moveTo(*places[0])
        for place in places[1:]:
            path.lineTo(*place)
        canvas.drawPath(path, stroke=1, fill=0)
        canvas.setDash()


def _dash(number: int) -> tuple[Sequence[float], float]:
    """Return how the line of a trace is broken up."""
    return DASHES[number % len(DASHES)], 0


def _runs(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Yield the parts of a line that nothing breaks."""
    for is_said, run in groupby(points, key=lambda point: point[1] is not None):
        if is_said:
            yield list(run)


def _draw_envelope(paper: Paper, frame: _Frame, run: Sequence[Point], fill: Color) -> None:
    lows = [(frame.x(at), frame.y(low)) for at, _, low, _ in run if low is not None]
    highs = [(frame.x(at), frame.y(high)) for at, _, _, high in run if high is not None]
    if len(lows) < 2:
        return
    path = paper.canvas.beginPath()
    path.moveTo(*lows[0])
    for place in [*lows[1:], *reversed(highs)]:
        path.lineTo(*place)
    path.close()
    paper.canvas.setFillColor(fill)
    paper.canvas.drawPath(path, stroke=0, fill=1)


def _draw_limits(paper: Paper, frame: _Frame, chart: Chart) -> None:
    canvas = paper.canvas
    canvas.setStrokeColor(LIMIT)
    canvas.setLineWidth(0.6)
    canvas.setFont(BODY, TINY)
    taken: list[Box] = []
    for rule in chart.rules:
        left, right = frame.x(rule.since.timestamp()), frame.x(rule.until.timestamp())
        canvas.setDash(3, 2)
        canvas.line(left, frame.y(rule.value), right, frame.y(rule.value))
        canvas.setDash()
    for rule in chart.rules:
        wide = width_of(rule.label, BODY, TINY) + 4
        begins = min(frame.x(rule.since.timestamp()), frame.left + frame.wide - wide)
        within = frame.left, frame.left + frame.wide
        box = free_place(begins, frame.y(rule.value) + 0.6, wide, within, taken)
        taken.append(box)
        canvas.setFillColor(PLATE)
        canvas.rect(box[0], box[1], wide, TINY + 1, stroke=0, fill=1)
        canvas.setFillColor(LIMIT)
        canvas.drawString(box[0] + 2, box[1] + 1.2, rule.label)


def _draw_axes(paper: Paper, frame: _Frame, chart: Chart) -> None:
    canvas = paper.canvas
    canvas.setStrokeColor(RULE)
    canvas.setFillColor(FAINT)
    canvas.setLineWidth(0.4)
    canvas.setFont(BODY, TINY)
    canvas.rect(frame.left, frame.bottom, frame.wide, frame.high, stroke=1, fill=0)
    for value in _ticks(frame.least, frame.most):
        words = f"{value:g} {chart.unit}".replace("-", "−")
        canvas.line(frame.left - 3, frame.y(value), frame.left, frame.y(value))
        canvas.drawRightString(frame.left - 4, frame.y(value) - 2, words)
    for number in range(TICKS_ACROSS):
        at = chart.since + (chart.until - chart.since) * number / (TICKS_ACROSS - 1)
        x, words = frame.x(at.timestamp()), _day(at, chart)
        canvas.line(x, frame.bottom - 3, x, frame.bottom)
        canvas.drawCentredString(x, frame.bottom - 3 - TINY, words)


def _ticks(least: float, most: float) -> Iterator[float]:
    """Yield round values between two others."""
    rough = (most - least) / TICKS_UP
    power = 10 ** floor(log10(rough))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough)
    value = ceil(least / step) * step
    while value <= most:
        yield round(value, 6)
        value += step


def _day(at: datetime, chart: Chart) -> str:
    local = at.astimezone(chart.zone)
    is_short = chart.until - chart.since <= timedelta(days=14)
    return f"{local:%Y-%m-%d %H:%M}" if is_short else f"{local:%Y-%m-%d}"


def _draw_legend(paper: Paper, chart: Chart) -> None:
    """Say what each line is."""
    canvas, left = paper.canvas, LEFT + BESIDE
    right, x = LEFT + paper.width, left
    paper.ensure(TINY * 2 * (len(chart.traces) + 1))
    for number, trace in enumerate(chart.traces):
        wide = KEY + 3 + width_of(trace.label, BOLD, TINY)
        if x > left and x + wide > right:
            paper.skip(TINY * 1.6)
            x = left
        canvas.setStrokeColor(LINES[number % len(LINES)])
        canvas.setLineWidth(1.6)
        canvas.setDash(*_dash(number))
        canvas.line(x, paper.y - TINY + 2, x + KEY, paper.y - TINY + 2)
        canvas.setDash()
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, TINY)
        canvas.drawString(x + KEY + 3, paper.y - TINY, trace.label)
        x += wide + 14
    if x > left and x + width_of(MEANINGS, BODY, TINY) > right:
        paper.skip(TINY * 1.6)
        x = left
    canvas.setFont(BODY, TINY)
    canvas.drawString(x, paper.y - TINY, MEANINGS)
    paper.skip(TINY * 2)
