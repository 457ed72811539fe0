"""Bars and modules drawn in whole printer dots, dark ones as rectangles."""

from dataclasses import dataclass
from functools import lru_cache

import zint
from barcode import Code128
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from reports.labels.errors import LabelDoesNotFit
from reports.labels.stock import LabelStock

SMALLEST_MODULE_MM = 0.16
"""Handheld imagers read 6.5 mil; smaller modules are lost to frost."""

LARGEST_MODULE_MM = 0.51
CODE_128_QUIET_MODULES = 10
DATA_MATRIX_QUIET_MODULES = 1


@dataclass(frozen=True)
class Run:
    """A run of dark modules: column, row, how many wide."""

    column: int
    row: int
    width: int


@dataclass(frozen=True)
class Matrix:
    """A Data Matrix as runs of dark modules."""

    side: int
    runs: tuple[Run, ...]


@lru_cache(maxsize=256)
def data_matrix(code: str) -> Matrix:
    """
    Encode `code` as a square Data Matrix ECC 200.

    Raises LabelDoesNotFit: the code cannot be encoded.
    """
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.DATAMATRIX
    symbol.option_3 = int(zint.DataMatrixOptions.SQUARE)
    symbol.scale = 0.5
    try:
        symbol.encode(code)
        symbol.buffer_vector()
    except (RuntimeError, ValueError) as error:
        raise LabelDoesNotFit(f"{code} cannot be written as a Data Matrix: {error}.") from error
    runs = (
        Run(round(r.x), round(r.y) + line, round(r.width))
        for r in symbol.vector.rectangles
        for line in range(round(r.height))
    )
    return Matrix(side=int(symbol.width), runs=tuple(runs))


@lru_cache(maxsize=256)
def code_128(code: str) -> str:
    """
    Encode `code` as Code 128: one character a module, 1 is dark, no quiet zones.

    Raises LabelDoesNotFit: the code has a character that Code 128 lacks.
    """
    if not (code.isascii() and code.isprintable() and code):
        raise LabelDoesNotFit(f"{code} has a character that bars cannot carry: print it as 2D.")
    return str(Code128(code).build()[0])


def dots_per_module(modules: int, room_mm: float, stock: LabelStock) -> int:
    """
    Choose the largest whole number of dots a module may have in the room there is.

    Raises LabelDoesNotFit: even the smallest readable module is too large.
    """
    most = int(room_mm / modules / stock.dot_mm + 1e-9)
    most = min(most, int(LARGEST_MODULE_MM / stock.dot_mm))
    if most * stock.dot_mm < SMALLEST_MODULE_MM:
        raise LabelDoesNotFit(
            f"The code is too long for {stock.words}: its bars would be too fine to scan. "
            "Choose a larger label."
        )
    return most


def draw_matrix(canvas: Canvas, matrix: Matrix, x: float, top: float, module: float) -> None:
    """Draw the dark modules; x, top: upper left corner in points; module: side in points."""
    for run in matrix.runs:
        canvas.rect(
            x + run.column * module,
            top - (run.row + 1) * module,
            run.width * module,
            module,
            stroke=0,
            fill=1,
        )


def draw_bars(canvas: Canvas, bars: str, x: float, top: float, module: float, tall: float) -> None:
    """Draw the dark bars; x, top: upper left corner in points; tall: their height in points."""
    start = 0
    while (begin := bars.find("1", start)) >= 0:
        end = bars.find("0", begin)
        start = len(bars) if end < 0 else end
        canvas.rect(
            x + begin * module, top - tall, (start - begin) * module, tall, stroke=0, fill=1
        )


def snapped(length_mm: float, stock: LabelStock) -> float:
    """Round a length down to whole dots; the result is in points."""
    return float(int(length_mm / stock.dot_mm + 1e-9) * stock.dot_mm * mm)
