"""Reviewing the trail on screen: what stands out first, and a release that leads to its review."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from custody.actions.place_hold import place_hold
from custody.actions.release_hold import release_hold
from custody.models import HoldScope, TrailReview
from inventory.models import Vial
from tests.browsing import Browser
from tests.factories.people import PASSWORD
from tests.world import NOON, World


def desk_of(person: Any) -> Client:
    """Sign somebody in."""
    client = Browser()
    client.force_login(person)
    return client


def critical(world: World) -> Vial:
    """Return a stored vial that was held and let go."""
    vial = world.stored()[0]
    hold = place_hold(
        scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(world.qa), at=NOON
    )
    release_hold(hold_id=hold.pk, intent=world.signs(world.qa2), at=NOON)
    return vial


def signature(person: Any) -> dict[str, str]:
    """Return what somebody enters to sign."""
    return {"user_id": person.user_id, "password": PASSWORD, "reason": "Review before release"}


@pytest.mark.urs("URS-42", "URS-43", "URS-44")
def test_a_refused_release_leads_to_the_review_and_the_review_to_the_release(
    world: World,
) -> None:
    vial = critical(world)
    desk = desk_of(world.release)
    decision = {"vial": vial.pk, "decision": "released"}
    address = f"/audit/reviews/new/?code={vial.batch.number}"

    blocked = desk.post("/quality/decide/", decision).content.decode()
    page = desk.get(address)
    sheet = page.context["sheet"]
    entry = sheet.entries[0]
    signed = desk.post(
        address,
        {
            **dict(sheet.hidden),
            **signature(world.release),
            f"finding-{entry.key}": "The hold was a drill",
        },
    )
    released = desk.post(
        "/quality/decide/",
        {**decision, "evidence": "Certificate 3", **signature(world.release)},
    )

    assert f'href="{address}"' in blocked
    assert entry.why == "a hold was released"
    assert page.content.decode().index("A hold was released") < page.content.decode().index(
        "The rest"
    )
    assert signed.status_code == 302
    assert released.status_code == 302
    made = TrailReview.objects.get()
    evidence = desk.get(f"/audit/reviews/{made.pk}/").content.decode()
    assert "The hold was a drill" in evidence
    assert made.digest in evidence
    assert world.release.full_name in evidence
    assert vial.batch.number in desk.get("/audit/reviews/").content.decode()


@pytest.mark.urs("URS-43")
def test_names_what_the_reviewer_performed_and_offers_to_leave_it_out(world: World) -> None:
    vial = critical(world)
    desk = desk_of(world.qa)
    address = f"/audit/reviews/new/?code={vial.batch.number}"
    sheet = desk.get(address).context["sheet"]

    refused = desk.post(address, {**dict(sheet.hidden), **signature(world.qa)})

    assert refused.status_code == 409
    assert "You performed some of these entries: change" in refused.content.decode()
    assert f"{address}&amp;own=out" in refused.content.decode()
    assert desk.get(sheet.without_own_url).status_code == 200


@pytest.mark.urs("URS-44")
def test_quality_signs_a_deferral(world: World) -> None:
    vial = critical(world)
    desk = desk_of(world.qa)
    address = f"/audit/reviews/defer/?code={vial.batch.number}"
    due = date.today() + timedelta(days=7)  # noqa: DTZ011 - a form's day, not an instant

    page = desk.get(address).content.decode()
    signed = desk.post(address, {**signature(world.qa), "due_on": due.isoformat()})

    assert "1 critical entries wait" in page
    assert signed.status_code == 302
    assert "Deferred, due by" in desk.get("/audit/reviews/").content.decode()


def test_draws_a_sample_for_a_period(world: World) -> None:
    world.stored(3)

    page = desk_of(world.qa).get("/audit/reviews/new/?since=2020-01-01&sample=3&seed=4")

    assert len(page.context["sheet"].seen.sample) == 3
    assert "by rule weighted-1 with the seed 4" in page.content.decode()


@pytest.mark.urs("URS-14")
@pytest.mark.parametrize("path", ["new/", "defer/"])
def test_only_quality_opens_the_sheets(world: World, path: str) -> None:
    for person in (world.inspector, world.technician):
        assert desk_of(person).get(f"/audit/reviews/{path}").status_code == 403
    assert desk_of(world.technician).get("/audit/reviews/").status_code == 403
    assert desk_of(world.inspector).get("/audit/reviews/").status_code == 200
    assert desk_of(world.inspector).get("/audit/reviews/999/").status_code == 404
