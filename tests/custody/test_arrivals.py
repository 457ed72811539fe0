"""What was received is out of storage until it stands in its first place."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from audit.errors import ActionRefused
from custody.actions.place_vials import place_vials
from custody.actions.receive_batch import receive_batch
from custody.actions.record_found import record_found
from custody.actions.report_missing import report_missing
from custody.actions.return_vials import return_vials
from custody.exposure import NO_LIFTS, Outing, spent, words_of
from custody.findings import Verdict
from custody.models import Carrier, CustodyEvent, EventKind
from custody.queries.exposure import exposure_page
from custody.queries.facts import facts_by_code
from custody.queries.verdicts import verdicts
from custody.queries.warmth import warmth_of
from custody.watching import watch_time_out
from inventory.models import StabilityLimits, Vial
from temperature.models import Alarm, AlarmCause
from tests.custody.actions.ways import handed_over, placements
from tests.custody.test_carriers import cart
from tests.custody.warmth import BUDGET
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-89", "URS-112", "URS-113")

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def since(vial: Vial, kind: EventKind = EventKind.RECEIVED) -> datetime:
    """Return when it came into a hand here, by the ledger."""
    began = CustodyEvent.objects.get(vial=vial, kind=kind).recorded_at
    assert began is not None
    return began


def placed(world: World, vial: Vial, at: datetime) -> None:
    """Put it into its first place."""
    place_vials(
        placements=placements(world.box, [vial]),
        attribution=world.says(world.technician),
        at=at,
    )


def used(vial: Vial, at: datetime) -> tuple[int, timedelta, timedelta]:
    """Return how often, how long at once and how long in all it was out."""
    page = exposure_page(vial.pk, at=at)
    return page.used.times, page.used.longest, page.used.total


def received_in(world: World, carrier: Carrier) -> Vial:
    """Return a vial that waits for its place in a carrier."""
    [vial] = world.expected()
    receive_batch(
        batch_id=vial.batch_id,
        vial_ids=[vial.pk],
        inspection=world.inspection(1),
        intent=world.signs(world.technician, world.witness),
        at=NOON,
        carrier_id=carrier.pk,
    )
    return vial


def test_two_hours_between_the_receipt_and_the_first_place_count(world: World) -> None:
    [vial] = world.received()
    began = since(vial)

    assert used(vial, began + HOUR) == (0, HOUR, HOUR), "while it waits"
    placed(world, vial, began + 2 * HOUR)

    at = began + 9 * HOUR
    assert used(vial, at) == (0, 2 * HOUR, 2 * HOUR), "once, and no more"
    facts = facts_by_code(vial.code, seen_by=world.technician, at=at)
    assert facts is not None
    together = verdicts([vial.pk], at=at)[vial.pk]
    assert facts.judgement.findings == together.findings, "the same one by one and set-based"
    [finding] = [one for one in together.findings if one.code == "BUDGET_EXCEEDED"]
    assert finding.verdict == Verdict.RED
    assert "120 min since it was received" in finding.words


def test_a_vial_that_never_came_has_no_time_out(world: World) -> None:
    [vial] = world.expected()

    facts = warmth_of([vial.pk], at=NOON)[vial.pk]

    assert facts.going_on is None
    assert facts.arrived == timedelta()
    codes = {one.code for one in verdicts([vial.pk], at=NOON)[vial.pk].findings}
    assert "NO_TEMPERATURE" in codes


def test_the_way_in_is_no_time_of_its_own() -> None:
    arriving = Outing(NOON, NOON, is_arrival=True)

    used = spent([MINUTE], arriving, NO_LIFTS, at=NOON + 3 * MINUTE, arrived=MINUTE)

    assert (used.times, used.before) == (1, 1)
    assert (used.longest, used.total) == (4 * MINUTE, 5 * MINUTE)
    assert "4 min since it was received" in words_of(used, BUDGET)


def test_what_its_carrier_kept_cold_does_not_count(world: World) -> None:
    carrier = cart(world)
    vial = received_in(world, carrier)
    began = since(vial)

    assert used(vial, began + carrier.cold_for)[2] == timedelta()
    assert used(vial, began + carrier.cold_for + 2 * MINUTE)[2] == 2 * MINUTE
    placed(world, vial, began + carrier.cold_for + 3 * MINUTE)

    assert used(vial, began + 9 * HOUR) == (0, 3 * MINUTE, 3 * MINUTE)


def test_a_carrier_that_is_out_of_use_is_refused_at_the_receipt(world: World) -> None:
    carrier = cart(world)
    worn = cart(world, name=carrier.name, is_in_use=False)

    with pytest.raises(ActionRefused) as refused:
        received_in(world, worn)

    assert "CARRIER_OUT_OF_USE" in [one.code for one in refused.value.refusals]


def test_its_alarm_calls_who_holds_it_and_ends_with_its_place(world: World) -> None:
    [vial] = world.received()
    limits = StabilityLimits.objects.get(product=vial.batch.product_id)
    end = since(vial) + limits.longest_single_exposure

    assert watch_time_out(at=end) == 0
    assert watch_time_out(at=end + MINUTE) == 1
    alarm = Alarm.objects.get(cause=AlarmCause.OUT)
    assert alarm.unit == world.tank, "a unit that could take it in"
    assert f"{vial.code} of product" in alarm.words
    assert "waits for its first place since it was received at" in alarm.words
    assert world.technician.full_name in alarm.words
    placed(world, vial, end + 2 * MINUTE)

    alarm.refresh_from_db()
    assert alarm.resolved_at == end + 2 * MINUTE


def test_what_is_lost_before_its_first_place_keeps_its_time(world: World) -> None:
    [vial] = world.received()
    began = since(vial)

    report_missing(
        vial_ids=[vial.pk],
        searched="The bench",
        intent=world.signs(world.technician),
        at=began + 30 * MINUTE,
    )
    record_found(
        placements=placements(world.box, [vial]),
        intent=world.signs(world.qa),
        at=began + HOUR,
    )

    assert used(vial, began + 9 * HOUR) == (0, 30 * MINUTE, 30 * MINUTE)


def test_what_was_returned_is_out_until_it_is_put_back(world: World) -> None:
    vial = handed_over(world)
    return_vials(
        vial_ids=[vial.pk],
        condition="Seal intact",
        intent=world.signs(world.technician),
        at=NOON,
    )
    began = since(vial, EventKind.RETURNED)

    times, longest, _ = used(vial, began + 20 * MINUTE)

    assert longest == 20 * MINUTE
    assert times == used(vial, began)[0], "from its return on it is one time"


def test_the_pages_say_so(world: World, client: Client) -> None:
    [vial] = world.received()
    client.force_login(world.technician)

    assert "since it was received at" in client.get(f"/vials/{vial.pk}/exposure/").text
    _, _, arrivals = client.get("/").text.partition('id="arrivals"')
    assert 'data-limit="120"' in arrivals, "the time that its product endures"
