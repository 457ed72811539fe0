"""Limits of contacts: for how long a door may stand open, or mains be away; pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise

from audit.errors import Refusal
from inventory.models import StorageClass
from temperature.models import GRAVITY, Level, Quantity, Side
from temperature.rules.bands import Band

AT_REST = 0.0
"""What a contact says while all is well; any level is beyond it."""
LONGEST_DELAY = timedelta(hours=24)

NOT_OF_A_CONTACT = Refusal(
    "NOT_OF_A_CONTACT", "A contact has no value to limit: say for how long it may stand open."
)


def band_of_contact(level: Level, minutes: float) -> Band:
    """Return the band of a level that counts once a contact stands at 1 for so long."""
    return Band(level, Side.ABOVE, AT_REST, timedelta(minutes=minutes))


PROPOSED: Mapping[Quantity, Mapping[str, Sequence[Band]]] = {
    Quantity.DOOR: {
        StorageClass.ULT: (
            band_of_contact(Level.WARNING, 2),
            band_of_contact(Level.ACTION, 10),
        ),
    },
}
"""What a form proposes for each storage class, never in force by itself."""


def refusals_of_delays(
    bands: Sequence[Band], *, setpoint: float, dead_band: float
) -> list[Refusal]:
    """
    Say every reason why the levels of a contact do not make sense together.

    bands: the mildest first. Source: draft Annex 11 section 8; URS-104, URS-107.
    """
    if not bands:
        return [Refusal("NO_LIMITS", "Set at least one limit.")]
    values = {setpoint, dead_band, *(band.limit for band in bands)}
    if values != {AT_REST} or any(band.side != Side.ABOVE for band in bands):
        return [NOT_OF_A_CONTACT]
    return [*_of_each(bands), *_of_the_order(bands)]


def _of_each(bands: Sequence[Band]) -> Iterator[Refusal]:
    if any(not timedelta(0) <= band.delay <= LONGEST_DELAY for band in bands):
        yield Refusal("IMPOSSIBLE_DELAY", "A delay is between zero and 24 hours.")
    levels = [band.level for band in bands]
    if len(set(levels)) < len(levels):
        yield Refusal("LIMIT_TWICE", "Give each level one delay.")


def _of_the_order(bands: Sequence[Band]) -> Iterator[Refusal]:
    for milder, graver in pairwise(sorted(bands, key=lambda band: GRAVITY[band.level])):
        if graver.delay <= milder.delay and graver.level != milder.level:
            yield Refusal(
                "DELAYS_OUT_OF_ORDER",
                f"{graver.level.label} must wait longer than {milder.level.label.lower()}: "
                "the longer, the graver.",
            )
