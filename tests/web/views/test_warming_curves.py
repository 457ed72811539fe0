"""Warming curves on screen: set by quality, then told wherever a vial that was out is shown."""

from datetime import timedelta

import pytest

from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.put_back_vials import put_back_vials
from custody.models import WarmingCurve
from custody.time_out import out_since
from tests.browsing import Browser
from tests.custody.actions.ways import placements
from tests.custody.curves import curve_set
from tests.factories.people import PASSWORD
from tests.world import NOON, World, fresh

pytestmark = pytest.mark.django_db

SET = "/configure/warming-curves/set/"


def entered(world: World, *points: tuple[str, str]) -> dict[str, str]:
    """Return what quality enters, with these points as rows."""
    rows = {
        f"points-{number}-{name}": value
        for number, point in enumerate(points)
        for name, value in zip(("seconds", "celsius"), point, strict=True)
    }
    return {
        "name": "2 ml vial, open bench",
        "kind": "vial",
        "least_ml": "0.5",
        "most_ml": "2",
        "storage_class": "vapour",
        "way": "bench",
        "warm_above": "-135",
        "qualification": "PQ-40",
        "qualified_on": "2026-01-05",
        "is_in_use": "on",
        "user_id": world.qa.user_id,
        "password": PASSWORD,
        "reason": "Qualified",
        **rows,
    }


@pytest.mark.urs("URS-104", "URS-112")
def test_quality_sets_a_curve_from_rows_and_sees_it_then(world: World, client: Browser) -> None:
    client.force_login(world.qa)
    assert "None is set" in client.get("/configure/warming-curves/").text

    wrong = client.post(SET, entered(world, ("0", "-190"), ("60", "warm")))
    assert wrong.status_code == 422
    assert "Row 2" in wrong.text
    colder = client.post(SET, entered(world, ("0", "-190"), ("60", "-195")))
    assert colder.status_code == 409
    assert "never colder again" in colder.text
    answer = client.post(SET, entered(world, ("0", "-190"), ("60", "-130"), ("", "")))

    assert answer.status_code == 302, answer.text
    assert WarmingCurve.objects.get().points == [[0, -190], [60, -130]]
    page = client.get("/configure/warming-curves/").text
    assert "60 s: −130.0" in page
    again = client.get(SET, {"curve": "2 ml vial, open bench"}).text
    assert 'value="-130"' in again


@pytest.mark.urs("URS-105", "URS-112")
def test_its_clock_and_its_temperature_run_at_the_return_and_quality_accepts_it(
    world: World, client: Browser
) -> None:
    curve_set(world)
    vial = world.stored()[0]
    client.force_login(world.technician)
    check_out_vials(
        vial_ids=[vial.pk],
        purpose=InternalPurpose.QC,
        intent=world.signs(world.technician, world.witness),
        at=NOON,
    )
    page = client.get(f"/vials/{vial.pk}/put-back/").text
    assert "data-clock" in page
    assert "data-points=" in page
    assert "up to −1" in page
    assert "1 of 10 times allowed" in page

    put_back_vials(
        placements=placements(world.other_box, fresh([vial])),
        attribution=world.says(world.technician),
        at=out_since([vial.pk])[vial.pk] + timedelta(seconds=70),
    )
    page = client.get(f"/vials/{vial.pk}/exposure/").text
    assert "warmer than its product may be" in page
    assert "1:10 (open bench)" in page
    assert "up to −125.0 °C, estimated" in page

    client.force_login(world.qa)
    address = f"/vials/{vial.pk}/exposure/accept/"
    assert 'value="-125.0"' in client.get(address).text
    answer = client.post(
        address,
        {
            "vials": [vial.pk],
            "most": 20,
            "longest_single": "10",
            "longest_total": "60",
            "warmest_celsius": "-125",
            "reasoning": "Study 9",
            "user_id": world.qa.user_id,
            "password": PASSWORD,
            "reason": "Accepted",
        },
    )
    assert answer.status_code == 302, answer.text
    assert "up to −125.0" in client.get(f"/vials/{vial.pk}/exposure/").text


@pytest.mark.urs("URS-112")
def test_without_a_curve_the_return_says_that_the_temperature_is_unknown(
    world: World, client: Browser
) -> None:
    vial = world.stored()[0]
    check_out_vials(
        vial_ids=[vial.pk],
        purpose=InternalPurpose.QC,
        intent=world.signs(world.technician, world.witness),
        at=NOON,
    )
    client.force_login(world.technician)

    page = client.get(f"/vials/{vial.pk}/put-back/").text

    assert "data-clock" in page
    assert "data-points" not in page
    assert "temperature unknown: no curve" in page
    assert "no warming curve is set for vials like it" in page
