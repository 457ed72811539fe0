"""Trips in registered shippers: stays in them, and the loggers that go with them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from audit.errors import NotFound, Refusal, refuse_if
from custody.models import CustodyEvent, Stay
from inventory.models import Category, Container, Custody, Position, Vial
from temperature.judging_again import judge_again
from temperature.models import Calibration, Fitting, Probe, Quantity, Zone

ON_THE_WAY = (Custody.PACKED, Custody.IN_TRANSIT)
SHORTEST = timedelta(seconds=1)
UNKNOWN_LOGGER = Refusal("UNKNOWN_LOGGER", "No such logger. Choose it from the list.")


@dataclass(frozen=True)
class Trip:
    """A registered shipper, with the logger that goes into it; None where none does."""

    shipper: Container
    logger: Probe | None


def loggers_free(*, at: datetime) -> QuerySet[Probe]:
    """Return the calibrated thermometers that sit nowhere, so that they may go with a shipper."""
    rows = Probe.objects.filter(quantity=Quantity.TEMPERATURE, retired_at__isnull=True)
    sits = Fitting.objects.filter(probe=OuterRef("pk"), ended_at__isnull=True)
    counts = Calibration.objects.filter(probe=OuterRef("pk"), calibrated_at__lte=at, due_at__gt=at)
    return rows.filter(~Exists(sits), Exists(counts)).order_by("code")


def trip_in(
    number: str, logger_id: int | None, vials: Collection[Vial], *, at: datetime
) -> Trip | None:
    """
    Return the trip of a registered shipper, its logger locked; None where it is not registered.

    number: the name or code of the shipper.
    Raises NotFound (UNKNOWN_LOGGER); ActionRefused (SHIPPER_TWICE, SHIPPER_AWAY, SHIPPER_UNKNOWN,
    LOGGER_ELSEWHERE, LOGGER_OF_OTHER_SITE, LOGGER_NOT_CALIBRATED).
    Source: REQUIREMENTS B8, B10; URS-30, URS-112.
    """
    logger = None if logger_id is None else _locked_logger(logger_id)
    found = _named(number)
    refuse_if(_refusals(found, logger, vials, at))
    return Trip(found[0], logger) if found else None


def _named(number: str) -> list[Container]:
    rows = Container.objects.filter(type__category=Category.SHIPPER, retired_at__isnull=True)
    rows = rows.select_related("type", "site").order_by("pk")
    return list(rows.filter(code__iexact=number)) or list(rows.filter(name__iexact=number))


def _locked_logger(logger_id: int) -> Probe:
    rows = Probe.objects.select_related("feed").filter(pk=logger_id, retired_at__isnull=True)
    rows = rows.filter(quantity=Quantity.TEMPERATURE)
    probe = rows.select_for_update(of=("self",), no_key=True).first()
    if probe is None:
        raise NotFound([UNKNOWN_LOGGER])
    return probe


def _refusals(
    found: Sequence[Container], logger: Probe | None, vials: Collection[Vial], at: datetime
) -> list[Refusal]:
    refusals = []
    if len(found) > 1:
        refusals.append(Refusal("SHIPPER_TWICE", "Two shippers have this name: scan its code."))
    away = Stay.objects.open().filter(unit__in=found).exclude(vial__in=vials)
    if away.filter(vial__custody__in=ON_THE_WAY).exists():
        words = f"{found[0].name} is on its way with other vials: record their arrival first."
        refusals.append(Refusal("SHIPPER_AWAY", words))
    if logger is None:
        return refusals
    if not found:
        words = "Its logger counts for a registered shipper only. Register it, or leave this empty."
        refusals.append(Refusal("SHIPPER_UNKNOWN", words))
    elif logger.feed.site_id != found[0].site_id:
        words = f"{logger.code} belongs to another site than {found[0].name}."
        refusals.append(Refusal("LOGGER_OF_OTHER_SITE", words))
    return refusals + _refusals_of_logger(logger, at)


def _refusals_of_logger(logger: Probe, at: datetime) -> list[Refusal]:
    refusals = []
    last = Fitting.objects.filter(probe=logger).select_related("unit").order_by("-began_at").first()
    if last is not None and (last.ended_at is None or last.ended_at > at):
        words = f"{logger.code} is in {last.unit.name}. Take another logger."
        refusals.append(Refusal("LOGGER_ELSEWHERE", words))
    counts = Calibration.objects.filter(probe=logger, calibrated_at__lte=at, due_at__gt=at)
    if not counts.exists():
        words = f"No calibration counts for {logger.code}. Take another logger."
        refusals.append(Refusal("LOGGER_NOT_CALIBRATED", words))
    return refusals


def begin_trip(trip: Trip, events: Sequence[CustodyEvent], *, at: datetime) -> None:
    """
    Let what was packed stay in its shipper, and its logger sit there until the trip is over.

    events: of the packing, one for each vial; they name both, and are what is signed.
    """
    shipper, logger = trip.shipper, trip.logger
    position = Position.objects.filter(container=shipper).order_by("ordinal")[0]
    Stay.objects.bulk_create(
        Stay(
            vial_id=event.vial_id,
            position=position,
            unit=shipper,
            place=f"Shipper {shipper.name}",
            began_at=at,
            began_with=event,
        )
        for event in events
    )
    if logger is not None:
        fitting = Fitting(probe=logger, unit=shipper, zone=Zone.AIR, began_at=at)
        fitting.save(force_insert=True)
        judge_again(logger.pk, since=at)


def end_trips(ended: Collection[Stay], *, at: datetime) -> None:
    """
    Take the loggers out of shippers in which nothing is on its way any more.

    ended: stays that ended at `at`. A thermometer that stays in its shipper for good is left there.
    """
    for unit_id in sorted({stay.unit_id for stay in ended}):
        if Stay.objects.open().filter(unit=unit_id, vial__custody__in=ON_THE_WAY).exists():
            continue
        began = {stay.began_at for stay in ended if stay.unit_id == unit_id}
        rows = Fitting.objects.filter(unit=unit_id, ended_at__isnull=True, began_at__in=began)
        for fitting in rows.order_by("pk"):
            fitting.ended_at = max(at, fitting.began_at + SHORTEST)
            fitting.save(update_fields=["ended_at"])
            judge_again(fitting.probe_id, since=fitting.began_at)
