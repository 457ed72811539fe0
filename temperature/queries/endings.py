"""Why an excursion or a gap ended: measured inside again, or nothing measured there any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from audit.queries.signatures import blocks_under
from inventory.models import Container
from temperature.corrections import calibrations_of, steps_of
from temperature.models import (
    UNUSABLE_BITS,
    Excursion,
    Fitting,
    Gap,
    LimitVersion,
    Quantity,
    Reading,
)
from temperature.rules.corrections import correction_at, truly
from temperature.stretches import Since, limits_over_time


@dataclass(frozen=True, kw_only=True)
class TakenOut:
    """
    A probe that was taken out of its unit in the instant in which something ended.

    moved_to: where it was fitted in that instant, empty where nowhere. by: who signed that.
    last_value: what it said last before, in its unit; absent where nothing usable.
    """

    fitting: Fitting
    moved_to: str
    by: str
    last_value: float | None


def ending_words(row: Excursion | Gap) -> str:
    """
    Say why something ended that did not end by what was measured; empty where it did.

    Source: 21 CFR 1271.260(d); URS-105, URS-112.
    """
    if row.ended_at is None:
        return ""
    taken = _taken_out(row, row.ended_at)
    if taken is not None:
        return _words(taken, row)
    return _words_of_limits(row) if isinstance(row, Excursion) else ""


def ended_by_limits(rows: Sequence[Excursion]) -> set[int]:
    """Return the keys of those that ended by new limits; one statement where none did."""
    ends = {row.ended_at for row in rows if row.ended_at is not None}
    turns = LimitVersion.objects.filter(effective_at__in=ends)
    new = set(turns.values_list("effective_at", flat=True))
    return {row.pk for row in rows if row.ended_at in new and _words_of_limits(row)}


def limits_through(row: Excursion) -> list[Since]:
    """Return which limits came into force while an excursion went on, or in which it ended."""
    unit = Container.objects.select_related("type").get(pk=row.unit_id)
    return [
        (at, version)
        for at, version in limits_over_time(unit, row.probe.quantity)
        if at > row.began_at and (row.ended_at is None or at <= row.ended_at)
    ]


def _words_of_limits(row: Excursion) -> str:
    """Say that it ended by new limits, where it did, and what was measured last."""
    new = [version for at, version in limits_through(row) if at == row.ended_at]
    if not new:
        return ""
    version, unit, value = new[-1], Quantity(row.probe.quantity).unit, _last_value(row)
    words = (
        f"It ended by new limits, not by what was measured: version {version.number} of "
        f"{version.profile.name} came into force then, and by it this was no longer outside."
    )
    return words if value is None or row.probe.is_contact else f"{words}{_last(value, unit)}"


def _taken_out(row: Excursion | Gap, ended_at: datetime) -> TakenOut | None:
    fittings = Fitting.objects.filter(probe=row.probe_id).select_related("unit", "probe")
    fitting = fittings.filter(unit=row.unit_id, ended_at=ended_at).first()
    if fitting is None:
        return None
    into = fittings.filter(began_at=ended_at).first()
    signed = blocks_under([(Fitting, fitting.pk)]).get((Fitting, fitting.pk), [])
    return TakenOut(
        fitting=fitting,
        moved_to="" if into is None else f"{into.unit.name}, {into.get_zone_display().lower()}",
        by=signed[-1].printed_name if signed else "",
        last_value=_last_value(row),
    )


def _last_value(row: Excursion | Gap) -> float | None:
    """Return what was measured last before the end; one look at the newest readings."""
    rows = Reading.objects.filter(
        probe=row.probe_id, device_at__gte=row.began_at, device_at__lt=row.ended_at
    ).annotate(doubts=F("flags").bitand(UNUSABLE_BITS))
    newest = rows.filter(doubts=0).order_by("-device_at").first()
    if newest is None or newest.value is None:
        return None
    steps = steps_of(calibrations_of([row.probe_id]).get(row.probe_id, ()))
    return truly(newest.value, correction_at(steps, newest.device_at))


def _words(taken: TakenOut, row: Excursion | Gap) -> str:
    code, unit = taken.fitting.probe.code, taken.fitting.unit.name
    went = f" and fitted to {taken.moved_to}" if taken.moved_to else ""
    by = f" by {taken.by}" if taken.by else ""
    words = f"It ended because {code} was taken out of its place in {unit}{went}{by}, "
    if isinstance(row, Gap):
        return f"{words}not because it measured again."
    last = _last(taken.last_value, Quantity(taken.fitting.probe.quantity).unit)
    return f"{words}not because it was measured inside its limit again.{last}"


def _last(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f" The last value there was {value:.1f} {unit}.".replace("-", "\N{MINUS SIGN}")
