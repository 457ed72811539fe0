"""The register of instruments: adding, calibrating, taking out of use and bringing back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import Person
from audit.errors import NotFound
from inventory.actions.record_calibration import record_calibration
from inventory.actions.take_out_of_use import take_out_of_use
from inventory.instruments import instrument_labelled, instruments_at
from inventory.models import Calibration, Identifier, InstrumentKind
from inventory.rules.instruments import Certificate, refusals_to_measure_with
from tests.factories.instruments import DUE, instrument
from tests.factories.inventory import SiteFactory
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World

TODAY = NOON.date()


CERTIFICATE = Certificate(
    number="CAL-2",
    calibrated_on=TODAY,
    due_on=TODAY + timedelta(days=365),
    calibrated_by="Alpine Metrology",
)


def calibrate(
    world: World, instrument_id: int, *, by: Person | None = None, **said: object
) -> Calibration:
    """Record a calibration of today, for a year."""
    return record_calibration(
        instrument_id=instrument_id,
        certificate=replace(CERTIFICATE, **said),  # type: ignore[arg-type] # given by name
        intent=world.signs(by or world.qa),
        at=NOON,
    )


@pytest.mark.urs("URS-28", "URS-30")
def test_adds_an_instrument_with_a_code_that_can_be_scanned(world: World) -> None:
    made = instrument(world)

    assert_signed_and_kept(made, action="add_instrument")
    assert_signed_and_kept(Calibration.objects.get(), action="record_calibration")
    assert made.label.code.startswith("IN-000001-")
    found = instrument_labelled(made.label.code, at=NOON)
    assert found is not None
    assert (found.due_on, found.state, found.is_usable) == (DUE, "calibrated", True)


@pytest.mark.urs("URS-28")
def test_refuses_a_serial_number_twice_and_a_site_not_seen(world: World) -> None:
    instrument(world)
    codes, elsewhere = Identifier.objects.count(), SiteFactory.create()

    with refused("CODE_TAKEN"):
        instrument(world)
    with refused("UNKNOWN_SITE"):
        instrument(world, serial="TH-2", site=elsewhere)

    assert Identifier.objects.count() == codes


@pytest.mark.urs("URS-30")
def test_refuses_a_calibration_that_cannot_be(world: World) -> None:
    made = instrument(world)

    with refused("CALIBRATED_LATER"):
        calibrate(world, made.pk, calibrated_on=TODAY + timedelta(days=1))
    with refused("DUE_TOO_EARLY", "CERTIFICATE_MISSING"):
        calibrate(world, made.pk, due_on=TODAY, number=" ")
    with refused("CERTIFICATE_TWICE"):
        calibrate(world, made.pk, number="CAL-TH-1")
    with refused("UNKNOWN_INSTRUMENT", by=NotFound):
        calibrate(world, 0)


@pytest.mark.urs("URS-30")
def test_is_out_of_use_with_a_reason_until_it_is_calibrated_again(world: World) -> None:
    made = instrument(world)

    out = take_out_of_use(
        instrument_id=made.pk, intent=world.signs(world.qa, reason="It fell"), at=NOON
    )

    assert_signed_and_kept(out, action="take_out_of_use")
    assert (out.out_of_use_at, out.out_of_use_reason) == (NOON, "It fell")
    with refused("OUT_ALREADY"):
        take_out_of_use(instrument_id=made.pk, intent=world.signs(world.qa), at=NOON)
    calibrate(world, made.pk)
    made.refresh_from_db()
    assert (made.out_of_use_at, made.out_of_use_reason) == (None, "")
    assert_signed_and_kept(made, action="record_calibration")


@pytest.mark.urs("URS-15")
def test_refuses_everybody_but_quality(world: World) -> None:
    made = instrument(world)

    for person in (world.technician, world.admin):
        with unauthorised():
            calibrate(world, made.pk, by=person)
        with unauthorised():
            take_out_of_use(instrument_id=made.pk, intent=world.signs(person), at=NOON)


@pytest.mark.urs("URS-28", "URS-30")
def test_says_every_reason_not_to_measure_with_one(world: World) -> None:
    instrument(world, serial="GOOD")
    instrument(world, serial="LAST", due_on=TODAY)
    instrument(world, serial="LATE", due_on=TODAY - timedelta(days=1))
    instrument(world, serial="NEW", due_on=None)
    broken = instrument(world, serial="OUT", kind=InstrumentKind.SCALE)
    take_out_of_use(instrument_id=broken.pk, intent=world.signs(world.qa), at=NOON)

    found = instruments_at([world.site], at=NOON)

    said = {
        one.serial: [r.code for r in refusals_to_measure_with(one, kind="thermometer", site_id=0)]
        for one in found
    }
    assert [one.serial for one in found] == ["LATE", "NEW", "LAST", "GOOD", "OUT"]
    assert said == {
        "GOOD": ["INSTRUMENT_ELSEWHERE"],
        "LAST": ["INSTRUMENT_ELSEWHERE"],
        "LATE": ["INSTRUMENT_ELSEWHERE", "CALIBRATION_OVERDUE"],
        "NEW": ["INSTRUMENT_ELSEWHERE", "NOT_CALIBRATED"],
        "OUT": ["WRONG_INSTRUMENT", "INSTRUMENT_ELSEWHERE", "INSTRUMENT_OUT_OF_USE"],
    }
    good = next(one for one in found if one.serial == "GOOD")
    assert refusals_to_measure_with(good, kind="", site_id=world.site.pk) == []
