"""The register of instruments on screen, its labels, and an instrument that is scanned."""

from datetime import timedelta

import pytest
from django.urls import reverse

from custody.queries.about import records_about
from inventory.models import Calibration, Instrument
from tests.browsing import Browser
from tests.factories.instruments import instrument
from tests.factories.people import PASSWORD
from tests.world import NOON, World


def signed(world: World, **fields: object) -> dict[str, object]:
    """Fill in what quality enters to sign."""
    who = {"user_id": world.qa.user_id, "password": PASSWORD, "reason": "Yearly calibration"}
    return {**who, **fields}


@pytest.mark.urs("URS-28", "URS-30")
def test_quality_keeps_the_register(world: World, client: Browser) -> None:
    client.force_login(world.qa)
    entered = {"kind": "scale", "name": "Shipper scale", "serial": "SC-9", "unit": "kg"}
    client.post(reverse("configure:add_instrument"), signed(world, **entered, site=world.site.pk))
    made = Instrument.objects.get()

    page = client.get(reverse("configure:instruments")).content.decode()
    assert "not calibrated" in page
    days = {"calibrated_on": "2020-01-02", "due_on": "2021-01-02"}
    told = {**days, "certificate": "C-77", "calibrated_by": "Alpine Metrology"}
    client.post(reverse("configure:record_calibration", args=[made.pk]), signed(world, **told))
    client.post(reverse("configure:take_out_of_use", args=[made.pk]), signed(world))

    assert Calibration.objects.get().certificate == "C-77"
    made.refresh_from_db()
    assert made.out_of_use_reason == "Yearly calibration"
    page = client.get(reverse("configure:instrument", args=[made.pk])).content.decode()
    assert "out of use" in page
    assert "C-77" in page
    label = client.post(
        reverse("labels:instrument", args=[made.pk]),
        {"stock": "box-roll", "first_place": "0", "reason": "First labels"},
    )
    assert label["Content-Type"] == "application/pdf"


@pytest.mark.urs("URS-28", "URS-30")
def test_a_scanned_instrument_says_whether_to_measure_with_it(
    world: World, client: Browser
) -> None:
    late = instrument(world, due_on=NOON.date() - timedelta(days=1))
    client.force_login(world.technician)

    page = client.get(reverse("scan:scan"), {"code": late.label.code}).content.decode()

    assert "Do not measure with it: calibration overdue" in page
    client.force_login(world.qa)
    own = client.get(reverse("scan:scan"), {"code": late.label.code}).content.decode()
    assert reverse("configure:instrument", args=[late.pk]) in own
    about = records_about(late.label.code, seen_by=world.qa)
    assert about.records[Instrument] == [late.pk]
