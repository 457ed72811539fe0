"""Clocks from the scan at the pick on, and an order whose vials were put back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from custody.actions.put_back_vials import put_back_vials
from custody.actions.scan_pick import scan_pick
from custody.actions.witness_pick import witness_pick
from custody.models import Retrieval
from custody.placements import Placement
from inventory.models import StabilityLimits, Vial
from sop.action import Action
from sop.documents.steps import ActStep
from tests.factories.inventory import StabilityLimitsFactory
from tests.factories.people import PASSWORD
from tests.factories.procedures import document, govern, in_force, train
from tests.orders import Orders
from tests.world import World, fresh

Screen = Callable[[Person], Client]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def vial(world: World) -> Vial:
    """Return a released vial of a product that may be out for ten minutes at once."""
    found = world.released()[0]
    limits: StabilityLimits = StabilityLimitsFactory.create(
        product=found.batch.product,
        version=2,
        longest_single_exposure=10 * MINUTE,
        longest_total_exposure=60 * MINUTE,
    )
    assert limits.version == 2
    return found


def scanned(world: World, order: Retrieval, vial: Vial, *, minutes_ago: int) -> None:
    """Have the picker scan the vial so long ago, and the witness just now."""
    witness_pick(retrieval_id=order.pk, intent=world.signs(world.witness))
    now = timezone.now()
    for person, at in ((world.technician, now - minutes_ago * MINUTE), (world.witness, now)):
        scan_pick(retrieval_id=order.pk, code=vial.code, attribution=world.says(person), at=at)


@pytest.mark.urs("URS-112")
def test_every_screen_runs_the_clock_of_a_vial_from_its_scan(
    world: World, orders: Orders, at_screen_of: Screen, vial: Vial
) -> None:
    order = orders.claimed([vial])
    scanned(world, order, vial, minutes_ago=4)
    mine, others = at_screen_of(world.technician), at_screen_of(world.witness)
    url = f"/retrievals/{order.pk}/"

    for page in (f"{url}pick/", url, f"{url}release/", f"/vials/{vial.pk}/exposure/", "/"):
        text = mine.get(page).content.decode()
        assert 'data-elapsed="24' in text, page
        assert 'data-limit="600"' in text, page
    assert f"At the pick for {order.order_number}" in mine.get("/").content.decode()
    assert "Go on with the pick" in mine.get("/").content.decode()
    assert world.technician.full_name in others.get("/").content.decode()
    assert "out of it at a pick" in mine.get(f"/vials/{vial.pk}/").content.decode()
    assert "<b>1</b><span>Out of storage</span>" in mine.get("/").content.decode()


@pytest.mark.urs("URS-112")
def test_the_sheet_names_what_is_out_for_too_long_and_can_be_signed(
    world: World, orders: Orders, at_screen_of: Screen, vial: Vial
) -> None:
    order = orders.claimed([vial])
    scanned(world, order, vial, minutes_ago=11)
    bench, url = at_screen_of(world.technician), f"/retrievals/{order.pk}/check-out/"

    sheet = bench.get(url).content.decode()
    answer = bench.post(
        url,
        {
            "user_id": world.technician.user_id,
            "password": PASSWORD,
            "second_user_id": world.witness.user_id,
            "second_password": PASSWORD,
            "reason": "As ordered",
        },
    )

    assert f"Out longer or more often than allowed: {vial.code}." in sheet
    assert answer.status_code == 302
    assert fresh([vial])[0].custody == "checked_out"


def test_giving_the_claim_back_leaves_its_time_on_the_page_of_the_vial(
    world: World, orders: Orders, at_screen_of: Screen, vial: Vial
) -> None:
    order = orders.claimed([vial])
    scanned(world, order, vial, minutes_ago=3)
    bench = at_screen_of(world.technician)
    sheet = bench.get(f"/retrievals/{order.pk}/release/").content.decode()

    bench.post(f"/retrievals/{order.pk}/release/", {"reason": "Clinic called off"})

    assert "Put them into their places first" in sheet
    page = bench.get(f"/vials/{vial.pk}/exposure/").content.decode()
    assert "scanned at a pick, never checked out" in page
    assert "data-clock" not in page
    assert "was out for" in bench.get(f"/vials/{vial.pk}/").content.decode()


def put_back(world: World, vial: Vial) -> None:
    """Put one vial back where it stood."""
    put_back_vials(
        placements=[Placement(vial_id=vial.pk, position_id=vial.stays.latest("pk").position_id)],
        attribution=world.says(world.supervisor),
        at=timezone.now(),
    )


def test_an_order_says_what_was_put_back_and_offers_what_can_be_done(
    world: World, orders: Orders, at_screen_of: Screen
) -> None:
    vials = world.released(2)
    order = orders.picked(vials)
    bench, url = at_screen_of(world.technician), f"/retrievals/{order.pk}/"
    assert "Put back:" not in bench.get(url).content.decode()

    put_back(world, vials[0])
    half = bench.get(url).content.decode()
    put_back(world, vials[1])
    whole = bench.get(url).content.decode()

    assert "Put back: 1 vial</h2>" in half
    assert "The rest is still out." in half
    assert world.supervisor.full_name in half
    assert f"{url}pack/" not in half
    assert f"{url}hand-over/" not in half
    assert "Put back: 2 vials</h2>" in whole
    assert "open to everybody" in whole
    assert f"{url}claim/" in whole
    claimed = bench.post(f"{url}claim/", {"vial": [vial.pk for vial in vials]})
    assert claimed.status_code == 302
    assert "Put back: 2 vials</h2>" not in bench.get(url).content.decode()


def test_putting_away_says_at_once_that_a_run_is_due_and_starts_it(
    world: World, orders: Orders, at_screen_of: Screen
) -> None:
    vial = world.released()[0]
    version = in_force(
        document(
            ActStep(key="back", title="Put it back", action=Action.PUT_BACK_VIALS), code="SOP-BACK"
        ),
        author=world.qa,
        approver=world.qa2,
    )
    orders.picked([vial])
    bench = at_screen_of(world.technician)
    assert "Start the run first" not in bench.get("/put-away/").content.decode()

    govern(Action.PUT_BACK_VIALS, version)
    page = bench.get("/put-away/").content.decode()

    assert "Start the run first" in page
    assert f'value="{version.procedure_id}">Start SOP-BACK' in page
    train(world.technician, version)
    bench.get("/sites/")
    started = bench.post("/runs/start/", {"procedure": version.procedure_id})
    assert started.status_code == 302
    assert "Start the run first" not in bench.get("/put-away/").content.decode()


@pytest.mark.urs("URS-31")
@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("requested", "Nobody has claimed {number}. Claim its vials first."),
        ("claimed", "{number} is claimed by {claimant}, who signs its check-out."),
        ("picked", "{number} is “Picked” already: there is nothing left to check out."),
    ],
)
def test_a_check_out_that_is_not_due_says_why(
    world: World, orders: Orders, at_screen_of: Screen, state: str, words: str
) -> None:
    order = getattr(orders, state)(world.released())
    signer = world.supervisor if state == "claimed" else world.technician

    answer = at_screen_of(signer).post(
        f"/retrievals/{order.pk}/check-out/",
        {
            "user_id": signer.user_id,
            "password": PASSWORD,
            "second_user_id": world.witness.user_id,
            "second_password": PASSWORD,
            "reason": "As ordered",
        },
    )

    said = words.format(number=order.order_number, claimant=world.technician.full_name)
    assert answer.status_code == 409
    assert said in answer.content.decode()
