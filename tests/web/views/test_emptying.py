"""A tank fails and is emptied on screen, from its alarm to the verdict of its vials."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Person
from accounts.roles import Role
from custody.actions.start_count import start_count
from custody.findings import Verdict
from custody.models import CustodyEvent, EmptiedRack, Emptying, EventKind
from custody.queries.verdicts import verdicts
from inventory.models import Container, Vial
from sop.actions.assess_impact import ImpactAssessment, assess_impact
from sop.models import Deviation, Impact
from temperature.models import Alarm, Level
from temperature.watching import judge_readings
from tests.browsing import Browser
from tests.custody.counts import closed, scan
from tests.custody.emptying import begun, second_rack, stored_in, unit
from tests.factories.people import PASSWORD, PersonFactory
from tests.factories.temperature import LimitVersionFactory, arrived, fitted_probe
from tests.web.views.test_readiness import screen_of
from tests.world import World

pytestmark = pytest.mark.urs("URS-105", "URS-112")
MINUTE = timedelta(minutes=1)
KNOWN = (Verdict.GREEN, "PLACE_KNOWN", None)
TO_COUNT = "To count after an emergency"
BY_HTMX = {"HX-Request": "true"}


def scanned(desk: Browser, url: str, *codes: str, **entered: object) -> Any:
    """Scan codes one after the other, as a scanner types them; return the last answer."""
    answer = None
    for code in codes:
        answer = desk.post(url, {"code": code, "entry": "scanned", **entered}, headers=BY_HTMX)
    return answer


def signed(person: Person, **entered: object) -> dict[str, object]:
    """Fill in what somebody enters to sign."""
    return {"user_id": person.user_id, "password": PASSWORD, "reason": "It fails", **entered}


def critical_alarm(tank: Container) -> Alarm:
    """Let the tank grow warm for some minutes until now."""
    now = timezone.now()
    LimitVersionFactory.create(profile__unit=tank)
    probe = fitted_probe(tank)
    arrived(probe, [-190.0, -130.0, -125.0], start=now - 3 * MINUTE, at=now)
    judge_readings(at=now)
    return Alarm.objects.get(level=Level.CRITICAL)


def said_of(vial: Vial) -> set[tuple[Verdict, str, int | None]]:
    """Return what the verdict finds of place and deviations, with its evidence."""
    [judgement] = verdicts([vial.pk], at=timezone.now()).values()
    wanted = {"place", "emptying", "deviation"}
    return {
        (each.verdict, each.code, each.reference)
        for each in judgement.findings
        if each.evidence in wanted
    }


def counted(world: World, rack: Container, vial: Vial) -> None:
    """Count a moved rack."""
    by = world.says(world.technician)
    count = start_count(container_id=rack.pk, attribution=by, at=timezone.now())
    scan(world, count, vial.code)
    closed(world, count)


def test_from_the_alarm_to_the_verdict(world: World) -> None:
    rack, box = second_rack(world)
    [one], [two], other = world.released(), stored_in(world, box), unit(world)
    alarm = critical_alarm(world.tank)
    lead, floor = screen_of(world.supervisor.user_id), screen_of(world.technician.user_id)
    colleague = screen_of(world.witness.user_id)

    way = f"/storage/emptying/unit/{world.tank.pk}/"
    assert f'href="{way}"' in lead.get(f"/temperature/alarms/{alarm.pk}/").text
    assert lead.get(way).headers["Location"] == f"{way}begin/"
    assert floor.get(way).headers["Location"] == "/storage/emptying/"
    begun_by = lead.post(f"{way}begin/", signed(world.supervisor, hours=2))
    assert begun_by.status_code == 302, begun_by.text
    row = Emptying.objects.get()
    here = f"/storage/emptying/{row.pk}/"
    assert floor.get(way).headers["Location"] == here
    page = floor.get(here).text
    assert "autofocus" in page
    assert "<b>2</b> left" in page
    assert other.name in page

    lead.logout()
    answer = scanned(floor, here, world.rack.code)
    assert "is in your hands" in answer.text
    assert "<html" not in answer.text
    assert "with you" in answer.text
    assert "carried_by" not in answer.text
    beside = colleague.get(here).text
    assert world.technician.full_name in beside
    assert f"I have {world.rack.name} now" in beside
    twice = scanned(colleague, here, world.rack.code)
    assert twice.status_code == 409
    assert "CARRIED_BY_ANOTHER" in twice.text
    scanned(colleague, here, rack.code, other.code)
    again = screen_of(world.technician.user_id)  # a browser that died, and another in its place
    assert "Put R1 away" in again.get(here).text
    done = scanned(again, here, other.code)
    assert "Its place there is confirmed later." in done.text

    row.refresh_from_db()
    assert row.ended_by == world.technician
    under_review = (Verdict.AMBER, "OPEN_DEVIATION", row.deviation_id)
    assert said_of(one) == {(Verdict.AMBER, "PLACE_TO_CONFIRM", row.pk), under_review}
    assert f'href="{here}"' in floor.get(f"/vials/{one.pk}/").text
    places = f"{here}places/"
    assert "Scan a rack." in again.get(places).text
    scanned(again, places, world.rack.code)
    assert "Scan the place of R1." in again.get(places).text
    assert scanned(again, places, "R9").status_code == 409
    scanned(again, places, "r2")
    scanned(colleague, places, rack.code, "R1")
    assert "Every place is confirmed." in again.get(places).text
    assert said_of(one) == said_of(two) == {KNOWN, under_review}

    due = floor.get("/storage/emptying/").text
    assert due.count("Count R") == 2
    assert f"<b>2</b><span>{TO_COUNT}</span>" in floor.get("/").text
    for moved, vial in ((world.rack, one), (rack, two)):
        counted(world, moved, vial)
    assert "Count R" not in floor.get("/storage/emptying/").text
    assert TO_COUNT not in floor.get("/").text

    told = screen_of(world.qa.user_id).get(f"/quality/deviations/{row.deviation_id}/").text
    for words in ("R1", "R2", world.witness.full_name, "was emptied from"):
        assert words in told
    assess_impact(
        deviation_id=row.deviation_id,
        assessed={
            vial.pk: ImpactAssessment(Impact.NONE, "Cold all the time") for vial in (one, two)
        },
        intent=world.signs(world.qa),
    )
    assert said_of(one) == said_of(two) == {KNOWN}
    kinds = CustodyEvent.objects.filter(vial=one).order_by("-seq").values_list("kind", flat=True)
    assert list(kinds[:2]) == [EventKind.COUNTED, EventKind.PLACE_CONFIRMED]


def test_what_cannot_be_carried_says_what_to_scan_instead(world: World) -> None:
    [vial] = world.released()
    row, other = begun(world), unit(world)
    here, desk = f"/storage/emptying/{row.pk}/", screen_of(world.technician.user_id)

    answers = [
        scanned(desk, here, code)
        for code in (vial.code, "NOTHING-1", other.code, f"{other.code}/R1")
    ]

    assert [answer.status_code for answer in answers] == [409] * 4
    for answer, code in zip(
        answers, ("A_VIAL", "UNKNOWN_CODE", "NOTHING_IN_HAND", "NOTHING_IN_HAND"), strict=True
    ):
        assert f'data-refusal="{code}"' in answer.text
    assert not EmptiedRack.objects.exists()


def test_a_place_is_scanned_and_a_rack_is_handed_on_without_scripts(world: World) -> None:
    world.released()
    row, other = begun(world), unit(world)
    here = f"/storage/emptying/{row.pk}/"
    desk, colleague = screen_of(world.technician.user_id), screen_of(world.witness.user_id)
    scanned(desk, here, world.rack.code)

    colleague.post(here, {"takes_over": world.rack.pk})
    refused = scanned(desk, here, other.code)
    answer = colleague.post(here, {"code": f"{other.code}/R5"})

    assert 'data-refusal="NOTHING_IN_HAND"' in refused.text
    assert "LN2-02 › R5" in answer.text
    assert EmptiedRack.objects.get().confirmed_by == world.witness


def test_a_box_in_hand_does_not_keep_the_next_rack_from_being_taken_out(world: World) -> None:
    rack, box = second_rack(world)
    world.released()
    stored_in(world, box)
    row = begun(world)
    here, desk = f"/storage/emptying/{row.pk}/", screen_of(world.technician.user_id)

    answer = scanned(desk, here, world.box.code, rack.code)

    assert "R2 is in your hands" in answer.text
    assert EmptiedRack.objects.filter(put_down_at__isnull=True).count() == 2


def test_an_inspector_reads_it_and_scans_nothing(world: World) -> None:
    world.released()
    row = begun(world)
    desk = screen_of(world.inspector.user_id)

    page = desk.get(f"/storage/emptying/{row.pk}/")
    answer = scanned(desk, f"/storage/emptying/{row.pk}/", world.rack.code)

    assert page.status_code == 200
    assert "scan-field" not in page.text
    assert answer.status_code == 403
    assert not EmptiedRack.objects.exists()


def test_is_ended_on_a_sheet(world: World) -> None:
    world.released()
    row = begun(world)
    desk = screen_of(world.qa.user_id)

    answer = desk.post(f"/storage/emptying/{row.pk}/end/", signed(world.qa, count_hours=3))

    assert answer.status_code == 302, answer.text
    row.refresh_from_db()
    assert (row.ended_by, row.end_reason) == (world.qa, "It fails")
    ended = desk.get(f"/storage/emptying/{row.pk}/").text
    assert "Ended." in ended
    assert "scan-field" not in ended
    assert desk.get(f"/storage/emptying/{row.pk}/end/").status_code == 302
    assert "Still in it: 1 vial." in Deviation.objects.get().what_happened


def test_another_site_finds_nothing(world: World) -> None:
    world.released()
    row = begun(world)
    stranger = PersonFactory.create(roles=[Role.TECHNICIAN])

    assert screen_of(stranger.user_id).get(f"/storage/emptying/{row.pk}/").status_code == 404
