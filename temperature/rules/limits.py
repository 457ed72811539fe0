"""What limits a version may hold, and which bands are proposed where nobody set any; pure."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from audit.errors import Refusal
from audit.local_times import in_words
from inventory.models import StorageClass
from temperature.models import GRAVITY, Level, LimitVersion, Quantity, Side
from temperature.rules import contact_limits
from temperature.rules.bands import Band, bands_of
from temperature.rules.contact_limits import LONGEST_DELAY, refusals_of_delays
from temperature.rules.filling import FillRules, fill_rules_of, refusals_of_filling
from temperature.rules.intervals import MOST_APART

MOST_HOURS = 1000
LARGEST_APART = 100.0
PLAUSIBLE = {Quantity.TEMPERATURE: (-196.0, 60.0), Quantity.LEVEL: (0.0, 100.0)}
"""Between what any limit can lie, in the unit of the quantity; nitrogen boils at −195.8 °C."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """
    What somebody wants to be in force.

    setpoint, dead_band: in °C or %, 0 of a contact; bands: in any order; justification: why these.
    most_apart: by how many °C two probes may leave the difference they were mapped with.
    least_hours: of a level, for how many hours the nitrogen must last; None warns of nothing.
    critical_hours: below how many that is critical; None where it never is.
    filling: of a level, how the tank is filled; None where nothing follows from it.
    """

    setpoint: float
    dead_band: float
    bands: Sequence[Band]
    justification: str
    most_apart: float = MOST_APART
    least_hours: float | None = None
    critical_hours: float | None = None
    filling: FillRules | None = None


def _proposed(*rows: tuple[Level, float, int]) -> tuple[Band, ...]:
    return tuple(
        Band(level, Side.ABOVE, limit, timedelta(minutes=minutes)) for level, limit, minutes in rows
    )


PROPOSED: Mapping[str, Sequence[Band]] = {
    StorageClass.VAPOUR: _proposed(
        (Level.ADVISORY, -170.0, 30),
        (Level.WARNING, -160.0, 10),
        (Level.ACTION, -150.0, 5),
        (Level.CRITICAL, -135.0, 0),
    ),
    StorageClass.LIQUID: _proposed(
        (Level.ADVISORY, -185.0, 30),
        (Level.WARNING, -175.0, 10),
        (Level.ACTION, -150.0, 5),
        (Level.CRITICAL, -135.0, 0),
    ),
    StorageClass.ULT: _proposed(
        (Level.ADVISORY, -75.0, 30),
        (Level.WARNING, -70.0, 15),
        (Level.ACTION, -65.0, 10),
        (Level.CRITICAL, -60.0, 0),
    ),
}
"""What a form proposes, never in force by itself; data of product and mapping replace it (B4)."""
ABOVE_LOW_LEVEL, RESERVE = 1.2, 0.5
LEAST_HOURS, CRITICAL_HOURS = 24.0, 8.0
"""For how long the nitrogen of a tank must last, and below what that is critical, as proposed."""


def proposed_bands(quantity: Quantity, storage_class: str) -> Sequence[Band]:
    """
    Return the bands that are proposed for units of a storage class; empty where there are none.

    Source: REQUIREMENTS B4.
    """
    if quantity.is_contact:
        return contact_limits.PROPOSED.get(quantity, {}).get(storage_class, ())
    return PROPOSED.get(storage_class, ()) if quantity == Quantity.TEMPERATURE else ()


def proposed_level_bands(low: float) -> Sequence[Band]:
    """
    Return the bands that are proposed for the level of a tank.

    low: the low level that its maker names, in %. The reserve below it is proposed as the half of
    it, until the tank's own was measured. Source: REQUIREMENTS B4.
    """
    return (
        Band(Level.ADVISORY, Side.BELOW, round(low * ABOVE_LOW_LEVEL, 1), timedelta(0)),
        Band(Level.WARNING, Side.BELOW, low, timedelta(0)),
        Band(Level.CRITICAL, Side.BELOW, round(low * RESERVE, 1), timedelta(0)),
    )


def in_order(bands: Sequence[Band]) -> list[Band]:
    """Return bands side by side, the mildest first, so that equal sets are equal lists."""
    return sorted(bands, key=lambda band: (band.side, GRAVITY[band.level]))


def refusals_of_limits(
    limits: Limits,
    *,
    quantity: Quantity,
    last: LimitVersion | None,
    effective_at: datetime,
    at: datetime,
) -> list[Refusal]:
    """
    Say every reason why `limits` may not become the next version.

    last: the version before it, if there is one.
    Source: draft Annex 11 section 8; REQUIREMENTS B4; URS-05, URS-104, URS-107.
    """
    refusals = refusals_of_bands(limits, quantity=quantity)
    if not limits.justification.strip():
        refusals.append(
            Refusal("JUSTIFICATION_MISSING", "Say why these limits and delays are right.")
        )
    if effective_at < at:
        refusals.append(
            Refusal(
                "EFFECTIVE_IN_THE_PAST",
                "Limits are never changed backwards: let them begin now or later.",
            )
        )
    if last is not None and effective_at < last.effective_at:
        refusals.append(
            Refusal(
                "EFFECTIVE_BEFORE_LAST",
                f"Version {last.number} begins on {in_words(last.effective_at)}; "
                "the next one begins after it.",
            )
        )
    if last is not None and _is_same(limits, last):
        refusals.append(
            Refusal("NOTHING_CHANGES", f"These are the limits of version {last.number} already.")
        )
    return refusals


def refusals_of_bands(limits: Limits, *, quantity: Quantity) -> list[Refusal]:
    """Say every reason why bands, setpoint and dead-band do not make sense together."""
    if quantity.is_contact:
        bands = in_order(limits.bands)
        return refusals_of_delays(bands, setpoint=limits.setpoint, dead_band=limits.dead_band)
    refusals = [*_of_the_numbers(limits, quantity)]
    if refusals:
        return refusals
    if not limits.bands:
        return [Refusal("NO_LIMITS", "Set at least one limit.")]
    for side in Side:
        refusals += _of_the_order([band for band in in_order(limits.bands) if band.side == side])
    return [*refusals, *_of_the_setpoint(limits)]


def _is_same(limits: Limits, last: LimitVersion) -> bool:
    plain = ("setpoint", "dead_band", "most_apart", "least_hours", "critical_hours")
    is_same = in_order(limits.bands) == in_order(bands_of(last))
    is_filled_alike = limits.filling == fill_rules_of(last)
    return (
        is_same
        and is_filled_alike
        and all(getattr(limits, name) == getattr(last, name) for name in plain)
    )


def _of_the_numbers(limits: Limits, quantity: Quantity) -> Iterator[Refusal]:
    low, high = PLAUSIBLE[quantity]
    for value in (limits.setpoint, *(band.limit for band in limits.bands)):
        if not low <= value <= high:  # also what is no number at all
            yield Refusal(
                "IMPOSSIBLE_VALUE",
                f"{value:g} {quantity.unit} is not between {low:g} and {high:g} "
                f"{quantity.unit}. Check the sign.",
            )
    if not (math.isfinite(limits.dead_band) and limits.dead_band >= 0):
        yield Refusal("NEGATIVE_DEAD_BAND", "The dead-band is a width: zero or more.")
    yield from _of_the_settings(limits)
    if limits.filling is not None:
        yield from refusals_of_filling(limits.filling, quantity)
    if any(not timedelta(0) <= band.delay <= LONGEST_DELAY for band in limits.bands):
        yield Refusal("IMPOSSIBLE_DELAY", "A delay is between zero and 24 hours.")
    named = [(band.level, band.side) for band in limits.bands]
    if len(set(named)) < len(named):
        yield Refusal("LIMIT_TWICE", "Give each level one limit on each side.")


def _of_the_settings(limits: Limits) -> Iterator[Refusal]:
    if not 0 < limits.most_apart <= LARGEST_APART:
        yield Refusal(
            "IMPOSSIBLE_DIFFERENCE",
            f"Two probes may differ from their mapping by up to {LARGEST_APART:g} °C, not more.",
        )
    if limits.least_hours is not None and not 0 < limits.least_hours <= MOST_HOURS:
        yield Refusal(
            "IMPOSSIBLE_HOURS", f"Nitrogen must last for 1 to {MOST_HOURS} hours; or set nothing."
        )
    if limits.critical_hours is not None and not 0 < limits.critical_hours < (
        limits.least_hours or 0
    ):
        yield Refusal(
            "CRITICAL_HOURS_OUT_OF_ORDER",
            "Fewer hours are critical than must be left: critical comes after the warning.",
        )


def _of_the_order(bands: Sequence[Band]) -> Iterator[Refusal]:
    """Compare each band of one side with the next graver one."""
    for milder, graver in pairwise(bands):
        words = f"{graver.level.label} {graver.side.label.lower()}"
        if not milder.is_beyond(graver.limit):
            yield Refusal(
                "LIMITS_OUT_OF_ORDER",
                f"{words} {graver.limit:g} must lie further out than "
                f"{milder.level.label.lower()}, {milder.limit:g}.",
            )
        if graver.delay > milder.delay:
            yield Refusal(
                "DELAYS_OUT_OF_ORDER",
                f"{words} may not wait longer than {milder.level.label.lower()}: "
                "the graver, the sooner.",
            )


def _of_the_setpoint(limits: Limits) -> Iterator[Refusal]:
    beyond = [band for band in limits.bands if band.is_beyond(limits.setpoint)]
    if beyond:
        yield Refusal(
            "SETPOINT_OUTSIDE", "The setpoint lies beyond a limit: a unit at work would alarm."
        )
    elif not all(band.is_back(limits.setpoint, limits.dead_band) for band in limits.bands):
        yield Refusal(
            "DEAD_BAND_TOO_WIDE",
            "With this dead-band an excursion would not end at the setpoint. Make it narrower.",
        )
