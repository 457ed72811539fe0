"""Labels for final containers: Data Matrix, words that people read, and the round cap label."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from reports.kit.fonts import BOLD, MONO_BOLD, legible
from reports.labels.content import RULES, LabelRules, VialLabel
from reports.labels.errors import LabelDoesNotFit
from reports.labels.fitting import STRESS, Line, Words, fit_words
from reports.labels.printing import print_labels
from reports.labels.stock import LabelStock
from reports.labels.symbols import (
    DATA_MATRIX_QUIET_MODULES,
    Matrix,
    data_matrix,
    dots_per_module,
    draw_matrix,
    snapped,
)

SYMBOL_SHARE = 0.36
"""How much of the label's width the symbol may take."""

COMFORTABLE_MODULE_MM = 0.25
"""Modules shrink to this, not further, to make room for words."""

WORDS_GAP_MM = 0.3
WORDS_MARGIN_SHARE = 0.6
CAP_SYMBOL_SHARE = 0.58
CAP_TEXT_SIZE = 5.0
ASCENT = 0.78


def vial_labels(labels: Sequence[VialLabel], stock: LabelStock, *, first_place: int = 0) -> bytes:
    """
    Print vial labels.

    first_place: places of the first sheet that are used up already.
    Raises LabelDoesNotFit: a label has too much to say for the stock.
    Raises ValueError: there is no label.
    """
    plans = [plan_vial_label(label, stock) for label in labels]

    def draw(canvas: Canvas, index: int, x: float, top: float) -> None:
        _draw_wrap(canvas, labels[index], plans[index], stock, (x, top))
        if stock.cap_mm:
            _draw_cap(canvas, labels[index], stock, x, top)

    return print_labels(len(labels), stock, draw, first_place=first_place)


@dataclass(frozen=True, kw_only=True)
class VialPlan:
    """How one vial label is printed: dots a module, words, and what they leave out."""

    dots: int
    words: Words
    rules_version: str

    @property
    def is_partial(self) -> bool:
        """Tell whether something belongs on the accompanying record instead."""
        return bool(self.words.left_out)


def plan_vial_label(label: VialLabel, stock: LabelStock, *, rules: LabelRules = RULES) -> VialPlan:
    """
    Decide how a vial label is printed: all words first, then the largest modules.

    Raises LabelDoesNotFit: not even the partial label fits.
    """
    matrix = data_matrix(label.code)
    plans = []
    for dots in _possible_dots(matrix, stock):
        room = (
            stock.width_mm - stock.margin_mm - _symbol_edge_mm(matrix, dots, stock),
            stock.height_mm - 2 * WORDS_MARGIN_SHARE * stock.margin_mm,
        )
        words = fit_words(label, room_mm=room, rules=rules)
        if words:
            plans.append(VialPlan(dots=dots, words=words, rules_version=rules.version))
    if not plans:
        raise LabelDoesNotFit(
            f"What must be printed for {label.code} does not fit {stock.words}. "
            "Choose a larger label."
        )
    return min(plans, key=lambda plan: len(plan.words.left_out))


def _possible_dots(matrix: Matrix, stock: LabelStock) -> range:
    modules = matrix.side + 2 * DATA_MATRIX_QUIET_MODULES
    tallest = stock.height_mm - 2 * stock.margin_mm
    most = dots_per_module(modules, min(stock.width_mm * SYMBOL_SHARE, tallest), stock)
    return range(most, min(most, ceil(COMFORTABLE_MODULE_MM / stock.dot_mm)) - 1, -1)


def _symbol_edge_mm(matrix: Matrix, dots: int, stock: LabelStock) -> float:
    quiet = 2 * DATA_MATRIX_QUIET_MODULES
    return stock.margin_mm + WORDS_GAP_MM + (matrix.side + quiet) * dots * stock.dot_mm


def _draw_wrap(
    canvas: Canvas,
    label: VialLabel,
    plan: VialPlan,
    stock: LabelStock,
    corner: tuple[float, float],
) -> None:
    x, top = corner
    matrix = data_matrix(label.code)
    module_mm = plan.dots * stock.dot_mm
    quiet = DATA_MATRIX_QUIET_MODULES * module_mm
    down = (stock.height_mm - matrix.side * module_mm) / 2
    draw_matrix(
        canvas,
        matrix,
        x + snapped(stock.margin_mm + quiet, stock),
        top - snapped(down, stock),
        module_mm * mm,
    )
    used = sum(line.height(plan.words.size) for line in plan.words.lines)
    baseline = top - (stock.height_mm * mm - used) / 2
    for line in plan.words.lines:
        loud = STRESS if line.stressed else 1
        _draw_line(
            canvas,
            line,
            x + _symbol_edge_mm(matrix, plan.dots, stock) * mm,
            baseline - plan.words.size * ASCENT * loud,
            plan.words.size,
        )
        baseline -= line.height(plan.words.size)


def _draw_line(canvas: Canvas, line: Line, x: float, y: float, size: float) -> None:
    plain, loud = line.parts
    text = canvas.beginText(x, y)
    text.setFont(line.font, size)
    text.textOut(plain)
    if loud:
        text.setFont(MONO_BOLD, size * STRESS)
        text.textOut(loud)
    canvas.drawText(text)


def _draw_cap(canvas: Canvas, label: VialLabel, stock: LabelStock, x: float, top: float) -> None:
    """Draw the round label: the same symbol, and the end of the code, the number of the vial."""
    cap_mm = stock.cap_mm or 0.0
    matrix = data_matrix(label.code)
    modules = matrix.side + 2 * DATA_MATRIX_QUIET_MODULES
    dots = dots_per_module(modules, cap_mm * CAP_SYMBOL_SHARE, stock)
    side_mm = matrix.side * dots * stock.dot_mm
    middle_mm = stock.width_mm + stock.cap_gap_mm + cap_mm / 2
    words = legible(label.code.rsplit("-", 1)[-1][-6:])
    down_mm = (stock.height_mm - side_mm) / 2 - CAP_TEXT_SIZE / mm / 2
    draw_matrix(
        canvas,
        matrix,
        x + snapped(middle_mm - side_mm / 2, stock),
        top - snapped(down_mm, stock),
        dots * stock.dot_mm * mm,
    )
    canvas.setFont(BOLD, CAP_TEXT_SIZE)
    half = stringWidth(words, BOLD, CAP_TEXT_SIZE) / 2
    canvas.drawString(
        x + middle_mm * mm - half, top - (down_mm + side_mm) * mm - CAP_TEXT_SIZE * 1.1, words
    )
