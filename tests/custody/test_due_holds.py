"""An alarm neither waits for the hold of what an excursion touched nor fails with it."""

from datetime import datetime, timedelta
from time import monotonic

import pytest

from audit.changes import machine_change
from audit.writes import update_all
from custody import due_holds, tasks
from custody.actions.hold_due import hold_due
from custody.findings import Verdict
from custody.models import DueHold, HeldVial
from custody.queries.verdicts import verdicts
from custody.watching import watch_due_holds
from sop.models import Deviation
from temperature.models import Alarm, Excursion, Probe
from temperature.watching import judge_readings
from tests.custody.racing import race, winners, worked_on
from tests.factories.temperature import LimitVersionFactory, arrived, fitted_probe
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-107", "URS-113")]

MINUTE = timedelta(minutes=1)
LATER = NOON + 5 * MINUTE


@pytest.fixture
def probe(world: World) -> Probe:
    """Return the probe of the tank, heard up to noon."""
    LimitVersionFactory.create(profile__unit=world.tank)
    made = fitted_probe(world.tank)
    arrived(made, [-190.0], start=NOON, at=NOON)
    judge_readings(at=NOON)
    return made


def warmed(probe: Probe) -> None:
    """Let the tank become far too warm, and judge it."""
    arrived(probe, [-130.0], start=NOON + MINUTE, at=NOON + 2 * MINUTE)
    judge_readings(at=NOON + 2 * MINUTE)


def held() -> set[int]:
    return set(HeldVial.objects.open().values_list("vial", flat=True))


def test_the_alarm_is_raised_while_somebody_works_on_a_vial(world: World, probe: Probe) -> None:
    busy, other = world.released(2)

    with worked_on(busy):
        began = monotonic()
        warmed(probe)
        assert monotonic() - began < 4

        assert Alarm.objects.open().get().excursion == Excursion.objects.get()
        assert "They are being held" in Deviation.objects.get().what_happened
        assert not held()
        judged = verdicts([busy.pk, other.pk], at=LATER)
        assert {one.verdict for one in judged.values()} <= {Verdict.AMBER, Verdict.GREY}

    assert watch_due_holds(at=LATER) == 1
    assert held() == {busy.pk, other.pk}
    assert "holds 2 vials" in Deviation.objects.get().what_happened
    assert watch_due_holds(at=LATER) == 0


def test_more_than_are_held_at_once_are_held_right_after(
    world: World, probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_holds, "AT_ONCE", 1)
    vials = world.released(2)

    warmed(probe)

    assert Alarm.objects.open().count() == 1
    assert not held()
    assert watch_due_holds(at=LATER) == 1
    assert held() == {vial.pk for vial in vials}


def test_as_many_as_are_held_at_once_need_no_second_change(world: World, probe: Probe) -> None:
    vials = world.released(2)

    warmed(probe)

    assert held() == {vial.pk for vial in vials}
    assert not DueHold.objects.exists()


def test_two_that_hold_at_once_hold_once(
    world: World, probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_holds, "AT_ONCE", 1)
    world.released(2)
    warmed(probe)

    def hold() -> object:
        return hold_due(unit_id=world.tank.pk, at=LATER)

    outcomes = race(hold, hold, meet_in="custody.actions.hold_due.due_of")

    assert len(winners(outcomes)) == 2
    assert HeldVial.objects.open().count() == 2


def test_what_was_held_can_be_put_off_anew(
    world: World, probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_holds, "AT_ONCE", 1)
    world.released(2)
    warmed(probe)
    assert watch_due_holds(at=LATER) == 1

    with machine_change("test", action="set_up", reason="More came to stand there"):
        due_holds.put_off([Excursion.objects.get()], at=LATER)

    assert due_holds.units_due() == [world.tank.pk]
    assert watch_due_holds(at=LATER) == 1
    assert HeldVial.objects.open().count() == 2


def test_an_excursion_withdrawn_meanwhile_holds_nothing(
    world: World, probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_holds, "AT_ONCE", 1)
    world.released(2)
    warmed(probe)
    with machine_change("test", action="set_up", reason="Late readings came"):
        excursion = Excursion.objects.get()
        excursion.is_withdrawn = True
        update_all([excursion], ["is_withdrawn"])

    assert watch_due_holds(at=LATER) == 1

    assert not held()
    assert due_holds.units_due() == []


def test_the_clock_holds_though_what_it_looks_after_first_fails(
    world: World, probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_holds, "AT_ONCE", 1)
    vials = world.released(2)
    warmed(probe)

    def fails(*, at: datetime) -> object:
        raise RuntimeError("the first of them fails")

    monkeypatch.setattr(tasks, "HOLDS", (fails, *tasks.HOLDS))
    with pytest.raises(RuntimeError):
        tasks.hold_due_now()

    assert held() == {vial.pk for vial in vials}
