"""What an excursion does to vials."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.models import Exposure
from sop.models import Deviation, DeviationSource, DeviationStatus
from temperature.models import Excursion, Level, Probe
from temperature.watching import judge_readings
from tests.factories.temperature import LimitVersionFactory, arrived, fitted_probe
from tests.world import NOON, World

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def probe(world: World) -> Probe:
    """Return the probe of the tank, heard up to noon."""
    LimitVersionFactory.create(profile__unit=world.tank)
    made = fitted_probe(world.tank)
    arrived(made, [-190.0], start=NOON, at=NOON)
    judge_readings(at=NOON)
    return made


def exposures_in(excursion: Excursion) -> QuerySet[Exposure]:
    return Exposure.objects.filter(excursion=excursion)


def said(probe: Probe, *values: float, after: int) -> None:
    """Let the probe say values from so many minutes after noon on, and judge them."""
    start = NOON + after * MINUTE
    at = start + len(values) * MINUTE
    arrived(probe, values, start=start, at=at)
    judge_readings(at=at)


@pytest.mark.urs("URS-105", "URS-112", "URS-113")
def test_lists_exactly_the_vials_that_stood_there(world: World, probe: Probe) -> None:
    there = world.stored(3)

    said(probe, -190.0, -130.0, after=1)

    excursion = Excursion.objects.get(level=Level.CRITICAL)
    assert set(exposures_in(excursion).values_list("vial", "began_at")) == {
        (vial.pk, NOON + 2 * MINUTE) for vial in there
    }
    deviation = Deviation.objects.get(source=DeviationSource.EXCURSION)
    assert deviation.status == DeviationStatus.OPEN
    assert "above -135 °C (critical) from 2026-11-20 12:02 UTC on" in deviation.what_happened
    assert "3 vials stood in it" in deviation.what_happened


@pytest.mark.urs("URS-112")
def test_counts_also_a_vial_that_left_and_not_one_that_came_after(
    world: World, probe: Probe
) -> None:
    left, stayed = world.stored(2)
    check_out_vials(
        vial_ids=[left.pk],
        purpose=InternalPurpose.REARRANGE,
        intent=world.signs(world.technician, world.witness),
        at=NOON + 5 * MINUTE,
    )

    said(probe, -190.0, -130.0, -190.0, after=3)  # found after the vial left
    said(probe, -130.0, -190.0, after=8)

    first, second = Excursion.objects.filter(level=Level.CRITICAL).order_by("began_at")
    assert set(exposures_in(first).values_list("vial", flat=True)) == {left.pk, stayed.pk}
    assert set(exposures_in(second).values_list("vial", flat=True)) == {stayed.pk}


@pytest.mark.urs("URS-113")
def test_one_event_opens_one_deviation(world: World, probe: Probe) -> None:
    world.stored()

    said(probe, *[-149.0] * 8, -130.0, -130.0, after=1)

    assert Excursion.objects.count() == 2
    assert Deviation.objects.filter(source=DeviationSource.EXCURSION).count() == 1


@pytest.mark.urs("URS-37")
def test_an_exposure_is_never_altered(world: World, probe: Probe) -> None:
    world.stored()
    said(probe, -130.0, after=1)

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE custody_exposure SET evidence = 'unknown'")
    assert Exposure.objects.get().evidence == "measured"
