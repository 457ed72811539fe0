"""Cycle counts on screen: blind while they go on, differences first once they are closed."""

import pytest
from django.test import Client

from accounts.models import Person
from custody.models import Count, CountScan, CountStatus
from tests.browsing import Browser
from tests.custody.counts import closed, counting, scan
from tests.factories.people import PASSWORD, PersonFactory
from tests.world import World


def desk_of(person: Person) -> Client:
    """Sign somebody in."""
    client = Browser()
    client.force_login(person)
    return client


def signed(person: Person) -> dict[str, object]:
    """Fill in what one person enters to sign."""
    return {"user_id": person.user_id, "password": PASSWORD, "reason": "Cycle count"}


@pytest.mark.urs("URS-113")
def test_counts_a_box_from_its_page_to_its_result(world: World) -> None:
    [match, lost] = world.stored(2)
    desk = desk_of(world.technician)
    box = desk.get(f"/storage/{world.box.pk}/").text
    start = f"/counts/new/?container={world.box.pk}"
    assert start in box

    begun = desk.post(start, {"code": world.box.code}, follow=True)
    count = Count.objects.get()
    here = f"/counts/{count.pk}/"
    taken = desk.post(
        here, {"code": match.code, "entry": "scanned"}, headers={"HX-Request": "true"}
    )

    blind = begun.text + taken.text + desk.get(here).text
    assert lost.code not in blind
    assert 'data-sound="right"' in taken.text
    assert "<b>1</b> vial" in taken.text
    again = desk.post(here, {"code": match.code, "entry": "scanned"})
    assert again.status_code == 409
    assert 'data-sound="wrong"' in again.text

    desk.post(f"{here}close/", signed(world.technician))
    page = desk.get(here).text
    assert Count.objects.get().status == CountStatus.CLOSED
    assert page.index("Missing") < page.index("What agrees")
    assert "/quality/deviations/" in page
    assert "Ask a colleague" in page
    assert "Count again what differs" in desk_of(world.witness).get(here).text
    assert lost.code in desk.get(f"{here}copy/").text
    assert "1 missing, 1 match" in desk.get("/counts/?show=differ").text
    assert "counted" in desk.get(f"/vials/{match.pk}/").text
    assert str(count) in desk.get("/counts/?format=csv").text


@pytest.mark.urs("URS-04")
def test_a_code_typed_by_hand_is_entered_twice(world: World) -> None:
    world.stored()
    count = counting(world)
    desk = desk_of(world.technician)

    first = desk.post(f"/counts/{count.pk}/", {"code": "PLAIN 77"})
    none_yet = CountScan.objects.count()
    desk.post(f"/counts/{count.pk}/", {"code": "PLAIN 77"})

    assert "Type it once more" in first.text
    assert (none_yet, CountScan.objects.count()) == (0, 1)


def test_another_person_counts_again_and_a_colleague_may_abandon(world: World) -> None:
    [vial, _] = world.stored(2)
    first = counting(world)
    scan(world, first, vial.code)
    closed(world, first)
    witness = desk_of(world.witness)

    witness.post("/counts/new/", {"code": world.box.code, "recount_of": first.pk})

    again = Count.objects.latest("pk")
    page = witness.get(f"/counts/{again.pk}/").text
    assert again.recount_of == first
    assert "Look at these places again" in page
    assert "A2" in page
    other = desk_of(world.supervisor)
    assert "data-scan-screen" not in other.get(f"/counts/{again.pk}/").text
    assert other.post(f"/counts/{again.pk}/abandon/", {}).status_code == 422
    other.post(f"/counts/{again.pk}/abandon/", {"reason": "Fire drill"})
    assert "Fire drill" in other.get(f"/counts/{again.pk}/").text


@pytest.mark.urs("URS-117")
def test_masks_the_vials_of_other_programs(world: World) -> None:
    [vial] = world.stored()
    count = counting(world)
    scan(world, count, vial.code)
    closed(world, count)
    stranger = desk_of(PersonFactory.create(sites=[world.site]))

    page = stranger.get(f"/counts/{count.pk}/").text

    assert vial.code not in page
    assert "another program" in page
    assert vial.code not in stranger.get(f"/counts/{count.pk}/copy/").text
