"""Labels for units, racks, boxes and positions: Code 128 and large words."""

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from reports.kit.fonts import BODY, BOLD, MONO, legible, register_fonts
from reports.labels.content import ContainerLabel
from reports.labels.errors import LabelDoesNotFit
from reports.labels.printing import print_labels
from reports.labels.stock import LabelStock
from reports.labels.symbols import (
    CODE_128_QUIET_MODULES,
    code_128,
    dots_per_module,
    draw_bars,
    snapped,
)

BARS_SHARE = 0.46
SHORTEST_BARS_MM = 5.0
NAME_SHARE, SMALL_SHARE = 0.2, 0.125
"""Heights of the name and of the smaller lines, as shares of the label's height."""

SMALLEST_TYPE = 4.0


def container_labels(
    labels: Sequence[ContainerLabel], stock: LabelStock, *, first_place: int = 0
) -> bytes:
    """
    Print labels for what holds vials.

    first_place: places of the first sheet that are used up already.
    Raises LabelDoesNotFit: a code or a name is too long for the stock.
    Raises ValueError: there is no label.
    """
    register_fonts()
    for label in labels:
        _refuse_what_does_not_fit(label, stock)

    def draw(canvas: Canvas, index: int, x: float, top: float) -> None:
        _draw(canvas, labels[index], stock, (x, top))

    return print_labels(len(labels), stock, draw, first_place=first_place)


def _inner_mm(stock: LabelStock) -> tuple[float, float]:
    return stock.width_mm - 2 * stock.margin_mm, stock.height_mm - 2 * stock.margin_mm


def _bar_dots(label: ContainerLabel, stock: LabelStock) -> int:
    modules = len(code_128(label.code)) + 2 * CODE_128_QUIET_MODULES
    return dots_per_module(modules, stock.width_mm, stock)


def _refuse_what_does_not_fit(label: ContainerLabel, stock: LabelStock) -> None:
    _bar_dots(label, stock)
    wide, tall = _inner_mm(stock)
    if tall * BARS_SHARE < SHORTEST_BARS_MM:
        raise LabelDoesNotFit(f"{stock.words} is too low for bars. Choose a larger label.")
    if stringWidth(legible(label.name), BOLD, SMALLEST_TYPE) > wide * mm:
        raise LabelDoesNotFit(
            f"The name “{label.name}” is too long for {stock.words}. Choose a larger label."
        )


def _draw(
    canvas: Canvas, label: ContainerLabel, stock: LabelStock, corner: tuple[float, float]
) -> None:
    x, top = corner
    wide, tall = (length * mm for length in _inner_mm(stock))
    left, y = x + stock.margin_mm * mm, top - stock.margin_mm * mm
    y = _draw_words(canvas, label.name, BOLD, (left, y), wide, tall * NAME_SHARE)
    _draw_bars_centred(canvas, label, stock, x, y)
    y -= snapped(tall * BARS_SHARE / mm, stock) + tall * 0.04
    code = f"{label.code}  ·  {label.kind}" if label.kind else label.code
    y = _draw_words(canvas, code, MONO, (left, y), wide, tall * SMALL_SHARE)
    note = label.place
    if label.print_instance:
        note = (
            f"{note}  ·  print {label.print_instance}" if note else f"print {label.print_instance}"
        )
    if note:
        _draw_words(canvas, note, BODY, (left, y), wide, tall * SMALL_SHARE)


def _draw_bars_centred(
    canvas: Canvas, label: ContainerLabel, stock: LabelStock, x: float, y: float
) -> None:
    bars = code_128(label.code)
    module_mm = _bar_dots(label, stock) * stock.dot_mm
    indent = (stock.width_mm - len(bars) * module_mm) / 2
    height = snapped(_inner_mm(stock)[1] * BARS_SHARE, stock)
    draw_bars(canvas, bars, x + snapped(indent, stock), y, module_mm * mm, height)


def _draw_words(
    canvas: Canvas, text: str, font: str, at: tuple[float, float], wide: float, tall: float
) -> float:
    """Draw one line as large as its room allows; the end of a long place stays, its start goes."""
    x, top = at
    text = legible(text)
    size = min(tall * 0.86, 24.0)
    while size > SMALLEST_TYPE and stringWidth(text, font, size) > wide:
        size -= 0.25
    while stringWidth(text, font, size) > wide:
        text = "…" + text[2:]
    canvas.setFont(font, size)
    canvas.drawString(x, top - size * 0.8, text)
    return top - tall
