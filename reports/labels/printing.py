"""Labels on pages: one a page for rolls, rows and columns for sheets."""

from collections.abc import Callable, Sequence
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from reports.kit.fonts import BODY, register_fonts
from reports.labels.stock import LabelStock

DrawLabel = Callable[[Canvas, int, float, float], None]
"""Draws the label of that index; then the points of its upper left corner on the page."""


def print_labels(count: int, stock: LabelStock, draw: DrawLabel, *, first_place: int = 0) -> bytes:
    """
    Lay out `count` labels and give the PDF.

    first_place: places of the first sheet that are used up already; ignored for rolls.
    Raises ValueError: nothing to print, or the first sheet has no such place.
    """
    if count < 1:
        raise ValueError("there is no label to print")
    register_fonts()
    stream = BytesIO()
    size = _page_size(stock)
    canvas = Canvas(stream, pagesize=size, pageCompression=1, invariant=1, initialFontName=BODY)
    canvas.setTitle("Labels")
    for page in _pages(count, stock, first_place):
        for index, place in page:
            x, top = _corner(stock, place, size[1])
            draw(canvas, index, x, top)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _page_size(stock: LabelStock) -> tuple[float, float]:
    if stock.sheet:
        return stock.sheet.width_mm * mm, stock.sheet.height_mm * mm
    return stock.full_width_mm * mm, stock.height_mm * mm


def _pages(count: int, stock: LabelStock, first_place: int) -> Sequence[list[tuple[int, int]]]:
    if stock.sheet is None:
        return [[(index, 0)] for index in range(count)]
    places = stock.sheet.places
    if not 0 <= first_place < places:
        raise ValueError(f"a sheet of {stock.name} has places 0 to {places - 1}")
    pages: list[list[tuple[int, int]]] = []
    for index in range(count):
        page, place = divmod(first_place + index, places)
        if page == len(pages):
            pages.append([])
        pages[page].append((index, place))
    return pages


def _corner(stock: LabelStock, place: int, page_height: float) -> tuple[float, float]:
    if stock.sheet is None:
        return 0.0, page_height
    row, column = divmod(place, stock.sheet.columns)
    dot = stock.dot_mm
    left = stock.sheet.left_mm + column * stock.sheet.pitch_x_mm
    down = stock.sheet.top_mm + row * stock.sheet.pitch_y_mm
    return round(left / dot) * dot * mm, page_height - round(down / dot) * dot * mm
