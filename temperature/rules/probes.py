"""Rules about registering, fitting and calibrating probes; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from audit.errors import Refusal
from audit.local_times import in_words
from temperature.models import Calibration, Fitting, Probe, Quantity, Zone

SHORTEST, LONGEST = timedelta(seconds=1), timedelta(hours=4)
READINGS_TO_BE_FLAT = 3
STANDS_WITHIN, MOST_WITHIN = 0.1, 5.0
"""Within what values are the same: as proposed, and at the most; in °C or %."""
LARGEST_CORRECTION = Decimal(10)
MOST_JUMP = 200.0
LARGEST_OFFSET = Decimal(100)
ZONES: Mapping[str, Zone] = {
    Quantity.LEVEL: Zone.LEVEL,
    Quantity.DOOR: Zone.DOOR,
    Quantity.POWER: Zone.MAINS,
    Quantity.FILLING: Zone.FILLING,
}
"""Where a probe sits that is no thermometer."""
FLAT_OF_A_CONTACT = Refusal(
    "FLAT_OF_A_CONTACT", "A door may stay shut for ever: leave empty how long it may stand still."
)
JUMP_OF_A_CONTACT = Refusal(
    "JUMP_OF_A_CONTACT", "A door may open and shut at once: leave empty by how much it may jump."
)
CONTACT_NOT_CALIBRATED = Refusal(
    "CONTACT_NOT_CALIBRATED",
    "A contact measures nothing that could drift. Open the door and see that it says so: a drill "
    "of a probe keeps the proof.",
)
RETIRED = Refusal("PROBE_RETIRED", "This probe was retired. Register the one that replaces it.")
NOT_FITTED = Refusal("NOT_FITTED", "This probe sits in no unit. Nothing was changed.")
IN_THE_FUTURE = Refusal("IN_THE_FUTURE", "Record it when it is done: this lies in the future.")


def zones_for(quantity: str) -> list[Zone]:
    """Return where in a unit a probe of a quantity may sit."""
    if quantity in ZONES:
        return [ZONES[Quantity(quantity)]]
    return [zone for zone in Zone if zone not in ZONES.values()]


@dataclass(frozen=True, kw_only=True)
class Pace:
    """
    How a probe reads.

    expected_every: the longest time between two readings that is normal. flat_after: how long
    values may stay `flat_within` so much of each other; None where standing still is normal.
    most_jump: the greatest step between two readings that may be real; None where any may be.
    """

    expected_every: timedelta
    flat_after: timedelta | None
    flat_within: float = STANDS_WITHIN
    most_jump: float | None = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """
    Where a probe is to sit.

    mapped_offset: how much warmer than the coldest probe this place was when mapped, in °C.
    """

    unit_id: int
    zone: Zone
    mapped_offset: Decimal


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """
    What a certificate of calibration says.

    correction: to be added to what the probe reads, in its unit.
    """

    number: str
    calibrated_at: datetime
    due_at: datetime
    correction: Decimal


def refusals_of_pace(pace: Pace, *, quantity: Quantity) -> list[Refusal]:
    """
    Say why a probe of this quantity may not read like this.

    The longest time is that in which frozen storage must be recorded at all.
    Source: REQUIREMENTS B4; URS-108.
    """
    if not SHORTEST <= pace.expected_every <= LONGEST:
        return [
            Refusal("IMPOSSIBLE_INTERVAL", "A probe reads at least every 4 hours; say how often.")
        ]
    if quantity.is_contact and (pace.flat_after, pace.most_jump) != (None, None):
        flat = [] if pace.flat_after is None else [FLAT_OF_A_CONTACT]
        return flat + ([] if pace.most_jump is None else [JUMP_OF_A_CONTACT])
    if pace.flat_after is not None and pace.flat_after < pace.expected_every * READINGS_TO_BE_FLAT:
        return [
            Refusal(
                "FLAT_TOO_SOON",
                f"Fewer than {READINGS_TO_BE_FLAT} readings show no flat line: allow more time.",
            )
        ]
    if not 0 <= pace.flat_within <= MOST_WITHIN:
        words = f"Values are called the same within 0 to {MOST_WITHIN:g}, not more."
        return [Refusal("IMPOSSIBLE_WIDTH", words)]
    if pace.most_jump is not None and not pace.flat_within < pace.most_jump <= MOST_JUMP:
        words = f"A jump is greater than values that are the same, and at most {MOST_JUMP:g}."
        return [Refusal("IMPOSSIBLE_JUMP", words)]
    return []


def refusals_of_channel(channel: str, *, taken: bool) -> list[Refusal]:
    """
    Say what is wrong with what the source calls a new probe.

    taken: whether a probe in service answers to it.
    """
    if not channel:
        return [Refusal("CHANNEL_MISSING", "Say what the source calls this probe.")]
    if taken:
        return [
            Refusal(
                "CHANNEL_TAKEN",
                f"Another probe answers to channel {channel} of this source: retire it first.",
            )
        ]
    return []


def refusals_to_change(probe: Probe, pace: Pace) -> list[Refusal]:
    """Say every reason why a probe may not read like this from now on."""
    if probe.retired_at is not None:
        return [RETIRED]
    if all(getattr(probe, name) == value for name, value in vars(pace).items()):
        return [Refusal("NOTHING_CHANGES", "This is so already. Nothing was changed.")]
    return refusals_of_pace(pace, quantity=Quantity(probe.quantity))


def refusals_to_retire(probe: Probe, sits: Fitting | None) -> list[Refusal]:
    """Say why a probe may not be retired; sits: where it sits now."""
    if probe.retired_at is not None:
        return [RETIRED]
    if sits is not None:
        return [
            Refusal("STILL_FITTED", f"It sits in {sits.unit.name}: remove it from there first.")
        ]
    return []


def refusals_to_fit(
    probe: Probe,
    place: Place,
    *,
    unit_is_elsewhere: bool,
    before: Sequence[Fitting],
    began_at: datetime,
    at: datetime,
) -> list[Refusal]:
    """
    Say every reason why a probe may not sit there.

    unit_is_elsewhere: whether the unit stands at another site than the probe's source.
    before: its fittings so far, the newest first.
    Source: URS-105, URS-112.
    """
    refusals = [RETIRED] if probe.retired_at is not None else []
    if unit_is_elsewhere:
        refusals.append(
            Refusal("OTHER_SITE", "The unit stands at another site than the probe's source.")
        )
    if place.zone not in zones_for(probe.quantity):
        refusals.append(
            Refusal(
                "WRONG_ZONE",
                "A level gauge sits at the level, a contact at its door, mains or filling valve, a "
                "thermometer in a zone.",
            )
        )
    if abs(place.mapped_offset) > (0 if probe.is_contact else LARGEST_OFFSET):
        refusals.append(Refusal("IMPOSSIBLE_OFFSET", "No place is that much warmer: check it."))
    if began_at > at:
        refusals.append(IN_THE_FUTURE)
    if before:
        refusals += _after_the_last(place, before[0], began_at)
    return refusals


def _after_the_last(place: Place, last: Fitting, began_at: datetime) -> list[Refusal]:
    refusals = []
    if began_at <= last.began_at or (last.ended_at is not None and began_at < last.ended_at):
        refusals.append(
            Refusal(
                "SITS_ELSEWHERE",
                f"It sat in {last.unit.name} then, since {in_words(last.began_at)}.",
            )
        )
    sat = Place(unit_id=last.unit_id, zone=Zone(last.zone), mapped_offset=last.mapped_offset)
    if last.ended_at is None and sat == place:
        refusals.append(Refusal("NOTHING_CHANGES", "It sits there already. Nothing was changed."))
    return refusals


def refusals_to_remove(sits: Fitting | None, *, ended_at: datetime, at: datetime) -> list[Refusal]:
    """Say every reason why a probe may not be removed; sits: where it sits now."""
    if sits is None:
        return [NOT_FITTED]
    refusals = [IN_THE_FUTURE] if ended_at > at else []
    if ended_at <= sits.began_at:
        refusals.append(
            Refusal(
                "BEFORE_IT_WAS_FITTED",
                f"It was fitted on {in_words(sits.began_at)}, not before.",
            )
        )
    return refusals


def refusals_of_calibration(
    probe: Probe, certificate: Certificate, *, known: Sequence[Calibration], at: datetime
) -> list[Refusal]:
    """
    Say every reason why a calibration may not be recorded; a late one may.

    known: the probe's calibrations so far.
    Source: 21 CFR 211.68(a), 211.160(b)(4); URS-30.
    """
    refusals = [RETIRED] if probe.retired_at is not None else []
    if probe.is_contact:
        refusals.append(CONTACT_NOT_CALIBRATED)
    if not certificate.number:
        refusals.append(Refusal("CERTIFICATE_MISSING", "Give the number of the certificate."))
    if certificate.calibrated_at > at:
        refusals.append(IN_THE_FUTURE)
    if certificate.due_at <= certificate.calibrated_at:
        refusals.append(Refusal("DUE_BEFORE_DONE", "It counts until a day after it was done."))
    if abs(certificate.correction) > LARGEST_CORRECTION:
        refusals.append(
            Refusal(
                "IMPOSSIBLE_CORRECTION",
                f"A probe that is wrong by more than {LARGEST_CORRECTION} is not corrected: "
                "replace it.",
            )
        )
    if any(row.certificate == certificate.number for row in known):
        refusals.append(
            Refusal("ALREADY_RECORDED", "This certificate of the probe is recorded already.")
        )
    return refusals
