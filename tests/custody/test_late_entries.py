"""Late entries: what was done and when it was recorded stand side by side, everywhere."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from audit.errors import ActionRefused
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.discard_vials import discard_vials
from custody.actions.hand_over_retrieval import hand_over_retrieval
from custody.models import Stay
from custody.queries.timeline import flag_backwards, timeline
from custody.rules.late import LateEntry
from custody.time_out import out_since
from inventory.models import Purpose, Vial
from reports.dossier.ledger import events_of
from tests.browsing import Browser
from tests.custody.actions.ways import RECEIVER, rejected_in_hand
from tests.custody.retrievals import picked_retrieval
from tests.factories.people import PASSWORD
from tests.world import World

pytestmark = pytest.mark.urs("URS-26", "URS-73")
Act = Callable[[World, Any, LateEntry], object]


def a_moment_ago() -> datetime:
    """Return a time behind everything that was recorded, and before whatever comes now."""
    time.sleep(0.02)
    moment = timezone.now()
    time.sleep(0.02)
    return moment


def late(performed_at: datetime) -> LateEntry:
    """Return a late entry of then."""
    return LateEntry(performed_at=performed_at, reason="The scanner was broken")


def take(world: World, vial: Vial, entry: LateEntry | None) -> None:
    """Check a vial out."""
    check_out_vials(
        vial_ids=[vial.pk],
        purpose=InternalPurpose.QC,
        intent=world.signs(world.technician, world.witness),
        at=timezone.now(),
        late=entry,
    )


def test_keeps_both_times_and_the_reason(world: World) -> None:
    [vial] = world.stored()
    then = a_moment_ago()

    take(world, vial, late(then))

    event = vial.events.latest("seq")
    assert event.performed_at == then
    assert event.recorded_at is not None
    assert event.recorded_at > then
    assert event.details["late_because"] == "The scanner was broken"
    assert event.second_person == world.witness
    assert Stay.objects.get(vial=vial).ended_at == then
    assert out_since([vial.pk]) == {vial.pk: then}


def test_other_acts_take_it_the_same_way(world: World) -> None:
    [doomed] = rejected_in_hand(world)
    retrieval, _ = picked_retrieval(world, timezone.now())
    then = a_moment_ago()

    [discarded] = discard_vials(
        vial_ids=[doomed.pk],
        method="autoclave",
        manifest="M-1",
        intent=world.signs(world.technician, world.witness),
        at=timezone.now(),
        late=late(then),
    )
    [handed, *_] = hand_over_retrieval(
        retrieval_id=retrieval.pk,
        receiver=RECEIVER,
        intent=world.signs(world.technician, world.witness),
        at=timezone.now(),
        late=late(then),
    )

    assert discarded.performed_at == handed.performed_at == then


def test_is_refused_before_the_vials_previous_event_and_changes_nothing(world: World) -> None:
    [vial] = world.stored()

    with pytest.raises(ActionRefused) as refused:
        take(world, vial, late(timezone.now() - timedelta(hours=1)))

    assert refused.value.codes == ["LATE_BEFORE_PREVIOUS"]
    assert vial.events.latest("seq").kind == "placed"


def test_nobody_sets_the_time_of_a_timely_entry(world: World) -> None:
    [vial] = world.stored()

    take(world, vial, None)

    assert vial.events.latest("seq").performed_at is None


def test_is_shown_as_late_in_history_and_dossier(world: World) -> None:
    [vial] = world.stored()
    then = a_moment_ago()
    take(world, vial, late(then))
    desk = Browser()
    desk.force_login(world.technician)

    page = desk.get(f"/vials/{vial.pk}/").content.decode()
    part = events_of([vial.pk])[-1][1]

    assert "late entry, recorded" in page
    assert "entered late because The scanner was broken" in page
    assert (part.performed_at, "late because" in part.details) == (then, True)


def test_is_entered_on_the_signing_sheet_with_both_fields_or_neither(world: World) -> None:
    [vial] = world.stored()
    then = a_moment_ago()
    desk = Browser()
    desk.force_login(world.technician)
    entered = {
        "scanned": vial.code,
        "purpose": "qc",
        "user_id": world.technician.user_id,
        "password": PASSWORD,
        "reason": "QC sample",
        "second_user_id": world.witness.user_id,
        "second_password": PASSWORD,
        "performed_at": then.isoformat(),
    }
    address = f"/vials/{vial.pk}/check-out/"

    sheet = desk.get(address).content.decode()
    half = desk.post(address, entered)
    whole = desk.post(address, {**entered, "late_reason": "The scanner was broken"})

    folded = sheet.partition("It was done earlier: enter it late")[2].partition("</details>")[0]
    assert "Done at" in folded
    assert "optional" not in folded
    assert (half.status_code, whole.status_code) == (422, 302)
    assert "A late entry needs both" in half.content.decode()
    assert vial.events.latest("seq").performed_at == then


@pytest.mark.urs("URS-74")
def test_an_entry_recorded_before_its_predecessor_is_flagged(world: World) -> None:
    [vial] = world.stored()
    *earlier, last = timeline([vial.pk])
    moved = replace(last, recorded_at=earlier[-1].recorded_at - timedelta(seconds=1))

    assert not any(entry.runs_backwards for entry in [*earlier, last])
    assert [entry.runs_backwards for entry in flag_backwards([*earlier, moved])][-1]
    other = replace(moved, vial_id=-1)
    assert not flag_backwards([*earlier, other])[-1].runs_backwards


def storing(world: World, desk: Browser, vial: Vial, **more: object) -> Any:
    """Enter on its page where a vial was put earlier."""
    entered = {
        "scanned": vial.code,
        "user_id": world.technician.user_id,
        "password": PASSWORD,
        "reason": "Put there during the outage",
        "late_reason": "The network was down",
        "second_user_id": world.witness.user_id,
        "second_password": PASSWORD,
    }
    return desk.post(f"/vials/{vial.pk}/store-late/", {**entered, **more})


@pytest.mark.urs("URS-31", "URS-106")
def test_a_vial_is_stored_late_in_each_of_three_ways(world: World) -> None:
    desk = Browser()
    desk.force_login(world.technician)
    arrived, moved, back = world.received(1)[0], world.stored(1)[0], world.stored(1)[0]
    world.checked_out([back])
    then = a_moment_ago()
    free = [str(place.pk) for place in world.other_box.positions.order_by("pk")[:3]]

    for vial, place in zip((arrived, moved, back), free, strict=True):
        answer = storing(world, desk, vial, position=place, performed_at=then.isoformat())
        assert answer.status_code == 302, answer.content.decode()

    last = [vial.events.latest("seq") for vial in (arrived, moved, back)]
    assert [event.kind for event in last] == ["placed", "moved", "put_back"]
    assert {event.performed_at for event in last} == {then}
    assert {event.second_person for event in last} == {world.witness}
    assert Stay.objects.get(vial=arrived).began_at == then


def test_storing_late_needs_its_time_a_reason_and_somebody_else(world: World) -> None:
    desk = Browser()
    desk.force_login(world.technician)
    [vial] = world.received(1)
    place = str(world.other_box.positions.order_by("pk")[0].pk)
    then = a_moment_ago().isoformat()

    no_time = storing(world, desk, vial, position=place)
    no_reason = storing(world, desk, vial, position=place, performed_at=then, late_reason="")
    alone = storing(
        world,
        desk,
        vial,
        position=place,
        performed_at=then,
        second_user_id=world.technician.user_id,
    )

    assert (no_time.status_code, no_reason.status_code, alone.status_code) == (422, 422, 403)
    vial.refresh_from_db()
    assert vial.position is None


@pytest.mark.urs("URS-31")
def test_what_one_person_signs_takes_a_second_when_it_is_entered_late(world: World) -> None:
    sample = world.checked_out(world.stored(1, purpose=Purpose.QC))[0]
    then = a_moment_ago()
    desk = Browser()
    desk.force_login(world.technician)
    address = f"/vials/{sample.pk}/consume/"
    entered = {
        "scanned": sample.code,
        "test": "Sterility, report 12",
        "user_id": world.technician.user_id,
        "password": PASSWORD,
        "reason": "Release testing",
        "performed_at": then.isoformat(),
        "late_reason": "The network was down",
    }

    alone = desk.post(address, entered)
    second = {"second_user_id": world.witness.user_id, "second_password": PASSWORD}
    both = desk.post(address, {**entered, **second})

    event = sample.events.latest("seq")
    assert alone.status_code == 422
    assert "A late entry takes two people" in alone.text
    assert both.status_code == 302, both.text
    assert (event.kind, event.performed_at, event.second_person) == (
        "consumed",
        then,
        world.witness,
    )


def test_the_trail_shows_both_times_of_a_late_entry(world: World) -> None:
    [vial] = world.stored()
    then = a_moment_ago()
    take(world, vial, late(then))
    desk = Browser()
    desk.force_login(world.qa)

    page = desk.get(f"/audit/{vial.events.latest('seq').change_id}/").text

    done = then.astimezone(ZoneInfo(world.site.time_zone)).isoformat(sep=" ", timespec="seconds")
    assert f"late entry done at: {done}" in page
