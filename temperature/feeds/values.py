"""Values as devices write them, turned into the unit that readings are kept in."""

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from temperature.feeds.adapter import Settings
from temperature.models import Flag

DIGITS = 6
"""After a conversion: finer than any probe reads, coarser than what floating point adds."""
NUMBER_AND_UNIT = re.compile(
    r"\s*([-+−]?[\d.,]+(?:[eE][-+]?\d+)?)\s*(°?\s*[CFK]|%)\s*", re.IGNORECASE
)


class Unit(StrEnum):
    """
    What a value is written in; a level is in percent.

    contact: 1, true, on and open say that a door is open or that mains failed; inverted: that the
    door is closed or that mains are present, as of a contact that opens when it is actuated.
    """

    CELSIUS = "C"
    FAHRENHEIT = "F"
    KELVIN = "K"
    PERCENT = "%"
    CONTACT = "contact"
    INVERTED = "inverted"

    @property
    def is_contact(self) -> bool:
        """Whether it has two states."""
        return self in {Unit.CONTACT, Unit.INVERTED}


class Contact(Settings):
    """A channel that is a contact, and which way round."""

    channel: str = Field(title="Channel", min_length=1, max_length=100)
    open_is: Literal["contact", "inverted"] = Field(
        "contact",
        title="Open is",
        description="contact: 1, true, on; inverted: 0, false, off.",
    )


def _each_once(contacts: list[Contact]) -> list[Contact]:
    """Refuse a channel that would be both ways round."""
    times = Counter(contact.channel for contact in contacts)
    if twice := [channel for channel, count in times.items() if count > 1]:
        raise ValueError(f"{twice[0]} stands there twice")
    return contacts


Contacts = Annotated[list[Contact], Field(max_length=500), AfterValidator(_each_once)]
"""Which channels are contacts; all others measure."""
OF_CONTACTS = "Channels that say whether a door is open, mains failed or a tank fills, such as D-1."


def ways(contacts: Sequence[Contact]) -> dict[str, str]:
    """Return for each channel that is a contact which way round it is."""
    return {contact.channel: contact.open_is for contact in contacts}


LARGEST = 2**53
STATES = {
    **dict.fromkeys(("1", "1.0", "true", "on", "open"), 1.0),
    **dict.fromkeys(("0", "0.0", "false", "off", "closed"), 0.0),
}


class UnreadableValue(ValueError):
    """A value is no number, or is not written in the unit that was agreed."""


Value = tuple[float | None, Flag]
NOTHING: Value = (None, Flag.NO_VALUE)


def converted(number: float, unit: Unit) -> float:
    """Return a number as readings are kept: °C, or % as it is; of a contact 1 or 0."""
    if unit is Unit.INVERTED and number in {0.0, 1.0}:
        return 1.0 - number
    if unit is Unit.FAHRENHEIT:
        return round((number - 32) * 5 / 9, DIGITS)
    if unit is Unit.KELVIN:
        return round(number - 273.15, DIGITS)
    return number


def of_number(found: object, unit: Unit) -> Value:
    """
    Return the value behind a JSON number or null; a text that is a number counts as one.

    Of a contact also behind true, false, open, closed, on and off.
    Raises UnreadableValue: it is none of these.
    """
    if found is None:
        return NOTHING
    if unit.is_contact:
        return _of_state(found, unit)
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        raise UnreadableValue(f"“{str(found)[:40]}” is no number")
    try:
        return converted(float(found), unit), Flag.NONE
    except (ValueError, OverflowError) as fault:
        raise UnreadableValue(f"“{str(found)[:40]}” is no number") from fault


def _of_state(found: object, unit: Unit) -> Value:
    """Return the state behind what a contact says; another number is kept, and doubted later."""
    told = STATES.get(str(found).strip().lower())
    if told is None and isinstance(found, float):
        told = found
    if told is None and isinstance(found, int) and abs(found) <= LARGEST:
        told = float(found)
    if told is None:
        raise UnreadableValue(f"“{str(found)[:40]}” is neither open nor closed")
    return converted(told, unit), Flag.NONE


def of_text(text: str, unit: Unit | None, decimal: str) -> Value:
    """
    Return the value that a cell holds.

    unit: what its column is in; None where each cell names its own, such as `-80.1 °C`.
    decimal: the sign before the decimals. Raises UnreadableValue.
    """
    if unit is not None and unit.is_contact:
        return _of_state(text, unit)
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
