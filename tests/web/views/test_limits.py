"""Profiles of limits and their versions on screen."""

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Person
from accounts.roles import Role
from inventory.models import StorageClass
from temperature.models import LimitProfile, LimitVersion, Quantity
from temperature.rules.bands import bands_of
from temperature.rules.limits import PROPOSED
from tests.browsing import Browser
from tests.factories.inventory import StabilityLimitsFactory
from tests.factories.people import PASSWORD, PersonFactory
from tests.factories.temperature import LimitProfileFactory, LimitVersionFactory
from tests.world import World

VAPOUR = {
    "above_advisory": "-170", "above_advisory_minutes": "30",
    "above_warning": "-160", "above_warning_minutes": "10",
    "above_action": "-150", "above_action_minutes": "5",
    "above_critical": "-135", "above_critical_minutes": "0",
}  # fmt: skip


def desk_of(person: Person) -> Client:
    """Sign somebody in."""
    client = Browser()
    client.force_login(person)
    return client


def signed(person: Person, **fields: object) -> dict[str, object]:
    """Fill in what somebody enters to sign."""
    who = {"user_id": person.user_id, "password": PASSWORD, "reason": "Study 7"}
    return {**who, **fields}


@pytest.mark.urs("URS-104", "URS-107")
def test_quality_adds_a_profile_and_sets_it_from_the_proposal(world: World) -> None:
    desk = desk_of(world.qa)
    profile_fields = {"name": "Vapour", "quantity": "temperature", "target": "class:vapour"}
    answer = desk.post("/configure/limits/add/", signed(world.qa, **profile_fields))
    assert answer.status_code == 302, answer.content.decode()
    profile = LimitProfile.objects.get(name="Vapour")
    url = f"/configure/limits/{profile.pk}/set/"

    sheet = desk.get(url).content.decode()
    values = {"setpoint": "-185", "dead_band": "2", "justification": "Mapping MAP-7"}
    answer = desk.post(url, signed(world.qa, **values, **VAPOUR))

    assert answer.status_code == 302, answer.content.decode()
    assert "Filled in with a proposal" in sheet
    assert 'name="above_critical" value="-135.0"' in sheet
    version = LimitVersion.objects.get()
    assert bands_of(version) == list(PROPOSED[StorageClass.VAPOUR])
    assert (version.setpoint, version.dead_band) == (-185.0, 2.0)


@pytest.mark.urs("URS-107")
def test_shows_each_version_beside_the_one_before_and_who_signed(world: World) -> None:
    profile = LimitProfileFactory.create(unit=world.tank, name="LN2-01")
    LimitVersionFactory.create(profile=profile)
    desk = desk_of(world.qa)
    url = f"/configure/limits/{profile.pk}/"
    again = {"setpoint": "-185", "dead_band": "1", "most_apart": "8", "justification": "Narrower"}
    bands = {"above_action": "-155", "above_action_minutes": "5"}

    assert "Filled in with version 1" in desk.get(f"{url}set/").content.decode()
    assert desk.post(f"{url}set/", signed(world.qa, **again, **bands)).status_code == 302
    page = desk_of(world.inspector).get(url).content.decode()
    listed = desk.get(f"/configure/limits/?unit={world.tank.pk}").content.decode()

    assert "Version 2, in force" in page
    assert "<ins>−155.0" in page
    assert "<del>−150.0" in page
    assert "<ins>8.0" in page  # two probes apart by
    assert world.qa.full_name in page
    assert "v2 since" in listed


def test_says_what_is_missing_and_what_is_out_of_order(world: World) -> None:
    profile = LimitProfileFactory.create(storage_class=StorageClass.VAPOUR)
    url = f"/configure/limits/{profile.pk}/set/"
    desk = desk_of(world.qa)
    values = {"setpoint": "-185", "dead_band": "2", "justification": "x"}
    half = {"above_action": "-150", "below_warning_minutes": "5"}

    missing = desk.post(url, signed(world.qa, **values, **half))
    wrong = desk.post(url, signed(world.qa, **values, **(VAPOUR | {"above_action": "-165"})))

    assert "say for how many minutes" in missing.content.decode()
    assert "enter the limit, or leave both empty" in missing.content.decode()
    assert wrong.status_code == 409
    assert 'data-refusal="LIMITS_OUT_OF_ORDER"' in wrong.content.decode()
    assert not LimitVersion.objects.exists()


def test_proposes_for_a_level_from_what_its_maker_names(world: World) -> None:
    profile = LimitProfileFactory.create(unit=world.tank, quantity=Quantity.LEVEL)
    desk, url = desk_of(world.qa), f"/configure/limits/{profile.pk}/"

    page = desk.get(url).content.decode()
    sheet = desk.get(f"{url}set/?low=30").content.decode()

    assert 'name="low"' in page
    for name, value in (
        ("below_advisory", "36.0"),
        ("below_warning", "30.0"),
        ("below_critical", "15.0"),
        ("least_hours", "24.0"),
        ("critical_hours", "8.0"),
        ("fill_rise", "2.0"),
        ("fill_minutes", "15"),
    ):
        assert f'name="{name}" value="{value}"' in sheet
    for low in ("", "nan", "x", "0", "101"):
        said = desk.get(f"{url}set/?low={low}").content.decode()
        assert "nothing is proposed: enter each limit" in said


@pytest.mark.urs("URS-14", "URS-15")
def test_only_quality_sets_limits(world: World) -> None:
    profile = LimitProfileFactory.create(unit=world.tank)
    for person in (world.admin, world.inspector, world.technician):
        for path in ("add/", f"{profile.pk}/set/"):
            url = f"/configure/limits/{path}"
            assert desk_of(person).post(url, signed(person)).status_code == 403
    assert desk_of(world.qa).get("/configure/limits/0/").status_code == 404


@pytest.mark.urs("URS-104")
def test_warns_of_a_product_that_must_be_colder_than_the_limits(world: World) -> None:
    vial = world.stored()[0]
    version = LimitVersionFactory.create(profile__unit=world.tank)
    pages = (f"/configure/limits/{version.profile_id}/", f"/temperature/units/{world.tank.pk}/")

    guarded = [desk_of(world.qa).get(url).content.decode() for url in pages]
    StabilityLimitsFactory.create(
        product=vial.batch.product, version=2, warmest_allowed_celsius=Decimal("-150.0")
    )
    told = [desk_of(world.qa).get(url).content.decode() for url in pages]

    warmest = "−150.0\N{NARROW NO-BREAK SPACE}°C"
    words = f"{vial.batch.product.code}: no warmer than {warmest}; a single reading is told above"
    assert [words in page for page in guarded + told] == [False, False, True, True]
    stranger = PersonFactory.create(roles=[Role.QA], sites=[world.site])
    assert words not in desk_of(stranger).get(pages[1]).content.decode()
