"""Label stock: what is loaded in the printer, as figures."""

from dataclasses import dataclass

MM_PER_INCH = 25.4


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Where the labels sit on a sheet; lengths in millimetres from the top left corner."""

    width_mm: float
    height_mm: float
    columns: int
    rows: int
    left_mm: float
    top_mm: float
    pitch_x_mm: float
    pitch_y_mm: float

    @property
    def places(self) -> int:
        """Count the labels of a full sheet."""
        return self.columns * self.rows


@dataclass(frozen=True, kw_only=True)
class LabelStock:
    """
    One kind of label.

    dpi: of the printer; bars and modules are whole dots wide, so that their edges stay sharp.
    cap_mm: diameter of the round label for the cap that follows the wrap label, when there is one.
    sheet: None for a roll, where each page is one label.
    """

    name: str
    words: str
    width_mm: float
    height_mm: float
    dpi: int
    margin_mm: float = 0.8
    cap_mm: float | None = None
    cap_gap_mm: float = 2.54
    sheet: Sheet | None = None

    @property
    def full_width_mm(self) -> float:
        """Give the width of the label together with its cap label."""
        return self.width_mm + (self.cap_gap_mm + self.cap_mm if self.cap_mm else 0)

    @property
    def dot_mm(self) -> float:
        """Give the size of one printer dot."""
        return MM_PER_INCH / self.dpi


A4_WIDTH_MM, A4_HEIGHT_MM = 210.0, 297.0

VIAL_ROLL = LabelStock(
    name="vial-roll",
    words="2 ml cryovial, 25.4 x 12.7 mm wrap label with 9.5 mm cap label, roll",
    width_mm=25.4,
    height_mm=12.7,
    dpi=300,
    cap_mm=9.525,
)
VIAL_SHEET = LabelStock(
    name="vial-sheet",
    words="2 ml cryovial, 25.4 x 12.7 mm wrap label with 9.5 mm cap label, A4 sheet of 85",
    width_mm=25.4,
    height_mm=12.7,
    dpi=600,
    cap_mm=9.525,
    sheet=Sheet(
        width_mm=A4_WIDTH_MM,
        height_mm=A4_HEIGHT_MM,
        columns=5,
        rows=17,
        left_mm=6.0,
        top_mm=12.0,
        pitch_x_mm=40.0,
        pitch_y_mm=16.0,
    ),
)
BAG_ROLL = LabelStock(
    name="bag-roll",
    words="Cryobag or cassette, 50.8 x 25.4 mm, roll",
    width_mm=50.8,
    height_mm=25.4,
    dpi=300,
    margin_mm=1.5,
)
BOX_ROLL = LabelStock(
    name="box-roll",
    words="Box or rack, 57.2 x 19.1 mm freezer label, roll",
    width_mm=57.15,
    height_mm=19.05,
    dpi=203,
    margin_mm=1.5,
)
UNIT_ROLL = LabelStock(
    name="unit-roll",
    words="Freezer or tank, 101.6 x 50.8 mm, roll",
    width_mm=101.6,
    height_mm=50.8,
    dpi=203,
    margin_mm=3.0,
)
BOX_SHEET = LabelStock(
    name="box-sheet",
    words="Box, rack or position, 70 x 37 mm, A4 sheet of 24",
    width_mm=70.0,
    height_mm=37.0,
    dpi=300,
    margin_mm=4.0,
    sheet=Sheet(
        width_mm=A4_WIDTH_MM,
        height_mm=A4_HEIGHT_MM,
        columns=3,
        rows=8,
        left_mm=0.0,
        top_mm=0.5,
        pitch_x_mm=70.0,
        pitch_y_mm=37.0,
    ),
)

STOCKS = {s.name: s for s in (VIAL_ROLL, VIAL_SHEET, BAG_ROLL, BOX_ROLL, UNIT_ROLL, BOX_SHEET)}
