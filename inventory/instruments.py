"""Reading how instruments stand: what they are, where they belong, until when they count."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from audit.authors import Author
from audit.errors import NotFound, Refusal
from inventory.models import Calibration, Instrument, InstrumentKind, Site
from inventory.rules.instruments import Standing

UNKNOWN_INSTRUMENT = Refusal(
    "UNKNOWN_INSTRUMENT", "No such instrument that you may see. Choose it from the list."
)


def instrument_labelled(code: str, *, at: datetime) -> Standing | None:
    """Return the instrument with this canonical code, or nothing; two statements."""
    row = _rows().filter(label__code=code).first()
    return None if row is None else standings([row], at=at)[0]


def instrument_of(instrument_id: int, *, at: datetime) -> Standing:
    """
    Return how one instrument stands; two statements.

    Raises NotFound.
    """
    row = _rows().filter(pk=instrument_id).first()
    if row is None:
        raise NotFound([UNKNOWN_INSTRUMENT])
    return standings([row], at=at)[0]


def instruments_at(sites: Iterable[Site], *, at: datetime) -> list[Standing]:
    """List the instruments of these sites: overdue ones first, out of use ones last."""
    found = standings(_rows().filter(site__in=list(sites)), at=at)
    return sorted(
        found,
        key=lambda one: (
            one.out_of_use_at is not None,
            not one.is_overdue,
            one.due_on or one.today,
            one.name,
        ),
    )


def lock_instrument(instrument_id: int, *, signer: Author) -> Instrument:
    """
    Lock one instrument of a site that the signer may see.

    Raises NotFound.
    """
    rows = Instrument.objects.select_for_update(of=("self",), no_key=True)
    seen = rows.filter(pk=instrument_id, site__in=Site.objects.visible_to(signer))
    row = seen.select_related("label", "site").first()
    if row is None:
        raise NotFound([UNKNOWN_INSTRUMENT])
    return row


def standings(rows: Iterable[Instrument], *, at: datetime) -> list[Standing]:
    """Say how these stand at an instant; one statement for the calibrations of all of them."""
    found = list(rows)
    newest = Calibration.objects.filter(instrument__in=[row.pk for row in found])
    newest = newest.order_by("instrument", "-calibrated_on", "-pk").distinct("instrument")
    calibrations = {row.instrument_id: row for row in newest}
    return [_standing(row, calibrations.get(row.pk), at) for row in found]


def _standing(row: Instrument, newest: Calibration | None, at: datetime) -> Standing:
    return Standing(
        instrument_id=row.pk,
        code=row.label.code,
        serial=row.serial,
        name=row.name,
        kind=InstrumentKind(row.kind),
        unit=row.unit,
        site_id=row.site_id,
        site=row.site.name,
        today=at.astimezone(ZoneInfo(row.site.time_zone)).date(),
        out_of_use_at=row.out_of_use_at,
        out_of_use_reason=row.out_of_use_reason,
        calibrated_on=None if newest is None else newest.calibrated_on,
        due_on=None if newest is None else newest.due_on,
        certificate="" if newest is None else newest.certificate,
        calibrated_by="" if newest is None else newest.calibrated_by,
    )


def _rows() -> QuerySet[Instrument]:
    return Instrument.objects.select_related("label", "site")
