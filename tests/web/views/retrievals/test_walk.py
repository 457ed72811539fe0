"""The way of an order through the screens: claim, pick, check out, hand over, and afterwards."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Person
from custody.models import CustodyEvent, EventKind, Retrieval, RetrievalStatus
from inventory.models import Custody, Quality
from tests.factories.people import PASSWORD
from tests.orders import Orders
from tests.world import World, fresh

Screen = Callable[[Person], Client]


def two_people(first: Person, second: Person, **fields: str) -> dict[str, str]:
    """Fill in what two people enter to sign."""
    return {
        "user_id": first.user_id,
        "password": PASSWORD,
        "second_user_id": second.user_id,
        "second_password": PASSWORD,
        "reason": "As ordered",
        **fields,
    }


@pytest.mark.urs("URS-29", "URS-31", "URS-89", "URS-91")
def test_goes_from_request_to_administration(
    world: World, orders: Orders, at_screen_of: Screen
) -> None:
    vials = world.released(2)
    order = orders.requested(vials)
    url = f"/retrievals/{order.pk}/"
    bench = at_screen_of(world.technician)
    both = two_people(world.technician, world.witness)

    page = bench.get(url)
    assert f'value="{vials[0].pk}" id="vial-{vials[0].pk}" checked' in page.content.decode()
    answer = bench.post(f"{url}claim/", {"vial": [vial.pk for vial in vials]})
    assert answer.status_code == 302
    assert bench.get(f"{url}pick-list/").status_code == 200
    for vial in vials:
        assert bench.post(f"{url}pick/", {"code": vial.code}).status_code == 200
    joined = {"user_id": world.witness.user_id, "password": PASSWORD, "reason": "I look on"}
    answer = bench.post(f"{url}witness/", joined)
    assert answer.status_code == 302
    for vial in vials:
        answer = bench.post(f"{url}pick/", {"code": vial.code, "seat": "witness"})
        assert answer.status_code == 200
    assert "Sign the check-out" in bench.get(f"{url}pick/").content.decode()
    assert bench.post(f"{url}check-out/", both).status_code == 302
    assert "data-clock" in bench.get(url).content.decode()
    codes = "\n".join(vial.code for vial in vials)
    packed = {**both, "shipper": "DS-4", "seal_number": "8812", "codes": codes}
    assert bench.post(f"{url}pack/", packed).status_code == 302
    receiver = {
        **both,
        "name": "Cora Courier",
        "organisation": "Cold Wheels",
        "identified_by": "badge 7",
        "to": "courier",
    }
    assert bench.post(f"{url}hand-over/", receiver).status_code == 302
    keys = [vial.pk for vial in vials]
    arrived = {**both, "vial": keys, "receiver": "Nora Nurse", "arrival_celsius": "-171.5"}
    assert bench.post(f"{url}arrival/", arrived).status_code == 302
    given = {**both, "vial": keys[:1], "reference": "EHR-77"}
    assert bench.post(f"{url}administration/", given).status_code == 302
    returned = {**both, "vial": keys[1:], "condition": "Seal intact"}
    assert bench.post(f"{url}take-back/", returned).status_code == 302

    first, second = fresh(vials)
    assert first.custody == Custody.ADMINISTERED
    assert (second.custody, second.quality) == (Custody.RETURNED, Quality.QUARANTINE)
    assert Retrieval.objects.get(pk=order.pk).status == RetrievalStatus.HANDED_OVER
    scans = CustodyEvent.objects.get(vial=vials[0], kind=EventKind.CHECKED_OUT)
    assert scans.scanned_code == scans.details["witness_scanned"] == vials[0].code
    story = bench.get(url).content.decode()
    assert "Administered: 1 vial" in story
    assert "Handed over: 2 vials" in story
    assert "receiver Cora Courier · organisation Cold Wheels · identified by badge 7" in story
    assert story.count('class="signed-tag"') == 6
    assert story.count("signature-name") == 2 + 2 + 2 + 1 + 1 + 1


def test_offers_packing_first_and_once(world: World, orders: Orders, at_screen_of: Screen) -> None:
    vial = world.released()[0]
    order = orders.picked([vial])
    url = f"/retrievals/{order.pk}/"
    bench = at_screen_of(world.technician)

    before = bench.get(url).content.decode()
    shipper = {"shipper": "DS-4", "seal_number": "8812", "codes": vial.code}
    bench.post(f"{url}pack/", two_people(world.technician, world.witness, **shipper))
    after = bench.get(url).content.decode()

    assert f'<a class="btn btn-primary" href="{url}pack/">' in before
    assert f'<a class="btn btn-primary" href="{url}hand-over/">' in after
    assert f"{url}pack/" not in after
