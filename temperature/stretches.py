"""Where a probe sat and which limits were in force there, stretch by stretch."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Q

from inventory.models import Container
from temperature.models import Fitting, LimitProfile, LimitVersion, Probe, Zone
from temperature.rules.bands import bands_of
from temperature.rules.intervals import MOST_APART, Stretch


def stretches_of(probe: Probe, *, since: datetime) -> list[Stretch]:
    """
    Return the stretches of a probe that are not over at `since`, in order.

    One statement for its fittings, one for the limits of each unit.
    Source: URS-104, URS-112.
    """
    fittings = (
        Fitting.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=since), probe=probe)
        .select_related("unit__type")
        .order_by("began_at")
    )
    parts = (
        part
        for fitting in fittings
        for part in _parts(fitting, limits_over_time(fitting.unit, probe.quantity))
    )
    return [part for part in parts if part.ends_at is None or part.ends_at > since]


def limits_over_time(unit: Container, quantity: str) -> Iterator[tuple[datetime, LimitVersion]]:
    """
    Yield from when on which version counts in a unit: the newest of the narrowest profile.

    unit: with its type. One statement. Source: URS-104.
    """
    rows = LimitVersion.objects.filter(
        Q(profile__unit=unit)
        | Q(profile__container_type=unit.type_id)
        | Q(profile__storage_class=unit.type.storage_class, profile__storage_class__gt=""),
        profile__quantity=quantity,
    ).select_related("profile")
    begun: dict[int, LimitVersion] = {}
    for row in rows.order_by("effective_at", "number"):
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
        limits_id=None if version is None else version.pk,
        bands=() if version is None else bands_of(version),
        dead_band=0.0 if version is None else version.dead_band,
        mapped_offset=None if fitting.zone == Zone.BUFFERED else float(fitting.mapped_offset),
        most_apart=MOST_APART if version is None else version.most_apart,
    )
