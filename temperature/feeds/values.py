"""Values as devices write them, turned into the unit that readings are kept in."""

import re
from enum import StrEnum

from temperature.models import Flag

DIGITS = 6
"""After a conversion: finer than any probe reads, coarser than what floating point adds."""
NUMBER_AND_UNIT = re.compile(
    r"\s*([-+−]?[\d.,]+(?:[eE][-+]?\d+)?)\s*(°?\s*[CFK]|%)\s*", re.IGNORECASE
)


class Unit(StrEnum):
    """What a value is written in; a level is in percent."""

    CELSIUS = "C"
    FAHRENHEIT = "F"
    KELVIN = "K"
    PERCENT = "%"


class UnreadableValue(ValueError):
    """A value is no number, or is not written in the unit that was agreed."""


Value = tuple[float | None, Flag]
NOTHING: Value = (None, Flag.NO_VALUE)


def converted(number: float, unit: Unit) -> float:
    """Return a number as readings are kept: °C, or % as it is."""
    if unit is Unit.FAHRENHEIT:
        return round((number - 32) * 5 / 9, DIGITS)
    if unit is Unit.KELVIN:
        return round(number - 273.15, DIGITS)
    return number


def of_number(found: object, unit: Unit) -> Value:
    """
    Return the value behind a JSON number or null; a text that is a number counts as one.

    Raises UnreadableValue: it is neither.
    """
    if found is None:
        return NOTHING
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        raise UnreadableValue(f"“{str(found)[:40]}” is no number")
    try:
        return converted(float(found), unit), Flag.NONE
    except (ValueError, OverflowError) as fault:
        raise UnreadableValue(f"“{str(found)[:40]}” is no number") from fault


def of_text(text: str, unit: Unit | None, decimal: str) -> Value:
    """
    Return the value that a cell holds.

    unit: what its column is in; None where each cell names its own, such as `-80.1 °C`.
    decimal: the sign before the decimals. Raises UnreadableValue.
    """
    written = text
    named = NUMBER_AND_UNIT.fullmatch(text)
    if named is not None:
        written, said = named[1], unit_of(named[2])
        if unit is not None and said is not unit:
            raise UnreadableValue(f"“{text[:40]}” is not in the unit of its column")
        unit = said
    if unit is None:
        raise UnreadableValue(f"“{text[:40]}” does not say its unit")
    return of_number(_plain(written, decimal), unit)


def unit_of(text: str) -> Unit | None:
    """Return the unit that a text ends with, such as `Temp. (°F)`; None when it names none."""
    found = re.search(r"(?:^|[\s(\[/])°?\s*([CFK]|%)[)\]]?\s*$", text, re.IGNORECASE)
    return None if found is None else Unit(found[1].upper())


def _plain(written: str, decimal: str) -> str:
    """Return a number with a point; whatever else could be a thousand sign is refused."""
    other = "," if decimal == "." else "."
    if other in written or "_" in written:
        raise UnreadableValue(f"“{written[:40]}” has another decimal sign than agreed")
    return written.replace(",", ".").replace("−", "-")
