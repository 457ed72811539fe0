"""What a label says: plain values, and the versioned rules for what it may leave out."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

AUTOLOGOUS_WORDS = "For autologous use only"


@dataclass(frozen=True, kw_only=True)
class VialLabel:
    """
    What is printed on one final container.

    storage: the words of the product's storage condition, such as “≤ -150 °C”.
    print_instance: which print of this label it is, counted from 1; 0 leaves the number out.
    """

    code: str
    coi: str
    product: str
    batch: str
    expires_on: date
    is_autologous: bool
    volume_ml: Decimal | None = None
    storage: str = ""
    print_instance: int = 0


@dataclass(frozen=True, kw_only=True)
class ContainerLabel:
    """
    What is printed on a unit, rack, box or position.

    place: where it belongs, from the outside in; empty for what has no fixed place.
    """

    code: str
    name: str
    kind: str = ""
    place: str = ""
    print_instance: int = 0


class Field(StrEnum):
    """A line of a vial label."""

    CODE = "code"
    COI = "chain of identity"
    PRODUCT = "product"
    BATCH = "batch"
    EXPIRY = "expiry"
    AUTOLOGOUS = "autologous use"
    STORAGE = "storage"
    VOLUME = "volume"
    PRINT = "print number"


@dataclass(frozen=True, kw_only=True)
class LabelRules:
    """
    Which lines a vial label carries, in printed order, and what a small container may leave out.

    may_share_a_line: joins the line before it when there is room.
    may_leave_out: the first is left out first; what is left out goes on the accompanying record.
    Source: 21 CFR 1271.370, 1271.90(c), 610.60(c) partial label.
    """

    version: str
    order: tuple[Field, ...]
    may_share_a_line: tuple[Field, ...]
    may_leave_out: tuple[Field, ...]


RULES = LabelRules(
    version="1",
    order=(
        Field.CODE,
        Field.COI,
        Field.PRODUCT,
        Field.BATCH,
        Field.VOLUME,
        Field.EXPIRY,
        Field.STORAGE,
        Field.PRINT,
        Field.AUTOLOGOUS,
    ),
    may_share_a_line=(Field.VOLUME, Field.STORAGE, Field.PRINT),
    may_leave_out=(Field.PRINT, Field.VOLUME, Field.STORAGE),
)


def words_of(label: VialLabel) -> dict[Field, str]:
    """Write each line of the label; fields that say nothing are absent."""
    volume = "" if label.volume_ml is None else f"{label.volume_ml.normalize():f} ml"
    words = {
        Field.CODE: label.code,
        Field.COI: label.coi,
        Field.PRODUCT: label.product,
        Field.BATCH: f"Lot {label.batch}",
        Field.EXPIRY: f"Exp {label.expires_on:%Y-%m-%d}",
        Field.AUTOLOGOUS: AUTOLOGOUS_WORDS if label.is_autologous else "",
        Field.STORAGE: label.storage,
        Field.VOLUME: volume,
        Field.PRINT: f"print {label.print_instance}" if label.print_instance else "",
    }
    return {name: text for name, text in words.items() if text}
