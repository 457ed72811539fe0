"""Where a probe sat and which limits were in force there, stretch by stretch."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from inventory.models import Category, Container
from temperature.models import Fitting, LimitProfile, LimitVersion, Zone
from temperature.rules.bands import bands_of
from temperature.rules.filling import fill_rules_of
from temperature.rules.intervals import MOST_APART, Stretch

Since = tuple[datetime, LimitVersion]
"""From when on which version of limits counts."""


def stretches_of(
    fittings: Iterable[Fitting], limits: Mapping[int, Sequence[Since]], *, since: datetime
) -> list[Stretch]:
    """
    Return the stretches of a probe that are not over at `since`, in order.

    fittings: all of the probe, in order; limits: over time, for each unit it sat in.
    Source: URS-104, URS-112.
    """
    parts = (
        part
        for fitting in fittings
        if fitting.ended_at is None or fitting.ended_at > since
        for part in _parts(fitting, limits[fitting.unit_id])
    )
    return [part for part in parts if part.ends_at is None or part.ends_at > since]


def limits_over_time(unit: Container, quantity: str) -> list[Since]:
    """
    Return from when on which version counts in a unit: the newest of the narrowest profile.

    unit: with its type. One statement. Source: URS-104.
    """
    return limits_of_units([unit], quantity)[unit.pk]


def limits_of_units(units: Collection[Container], quantity: str) -> dict[int, list[Since]]:
    """Return the limits of each of these units over time; one statement for any number."""
    rows = LimitVersion.objects.filter(
        Q(profile__unit__in=[unit.pk for unit in units])
        | Q(profile__container_type__in={unit.type_id for unit in units})
        | Q(
            profile__storage_class__in={unit.type.storage_class for unit in units},
            profile__storage_class__gt="",
        ),
        profile__quantity=quantity,
    ).select_related("profile")
    found: dict[object, list[LimitVersion]] = {}
    for row in rows:
        found.setdefault(_whose(row.profile), []).append(row)
    return {unit.pk: list(_over_time(_reaching(unit, found))) for unit in units}


def _whose(profile: LimitProfile) -> object:
    """Name what a profile is for."""
    if profile.unit_id is not None:
        return "unit", profile.unit_id
    if profile.container_type_id is not None:
        return "type", profile.container_type_id
    return "class", profile.storage_class


def _reaching(
    unit: Container, found: Mapping[object, Sequence[LimitVersion]]
) -> Iterator[LimitVersion]:
    """Yield the versions that are for a unit, whether they count there or not."""
    whose = ("unit", unit.pk), ("type", unit.type_id), ("class", unit.type.storage_class)
    for name in whose:
        yield from found.get(name, ())


def _over_time(rows: Iterable[LimitVersion]) -> Iterator[Since]:
    begun: dict[int, LimitVersion] = {}
    for row in sorted(rows, key=lambda row: (row.effective_at, row.number)):
        breadth = _breadth_of(row.profile)
        begun[breadth] = row
        if breadth == min(begun):
            yield row.effective_at, row


def _breadth_of(profile: LimitProfile) -> int:
    """Say how narrow a profile is, 0 the narrowest: one unit, a type, or a storage class."""
    if profile.unit_id is not None:
        return 0
    return 1 if profile.container_type_id is not None else 2


def _parts(fitting: Fitting, changes: Iterable[tuple[datetime, LimitVersion]]) -> Iterator[Stretch]:
    """Yield a fitting cut where other limits came into force."""
    begins, current = fitting.began_at, None
    for at, version in changes:
        if fitting.ended_at is not None and at >= fitting.ended_at:
            break
        if at > begins:
            yield _stretch(fitting, current, begins, at)
            begins = at
        current = version
    yield _stretch(fitting, current, begins, fitting.ended_at)


def _stretch(
    fitting: Fitting, version: LimitVersion | None, begins: datetime, ends: datetime | None
) -> Stretch:
    return Stretch(
        unit_id=fitting.unit_id,
        begins_at=begins,
        ends_at=ends,
        is_read_late=fitting.unit.type.category == Category.SHIPPER,
        limits_id=None if version is None else version.pk,
        bands=() if version is None else bands_of(version),
        dead_band=0.0 if version is None else version.dead_band,
        mapped_offset=None if fitting.zone == Zone.BUFFERED else float(fitting.mapped_offset),
        most_apart=MOST_APART if version is None else version.most_apart,
        fills=None if version is None else fill_rules_of(version),
        fitted_at=fitting.began_at,
    )
