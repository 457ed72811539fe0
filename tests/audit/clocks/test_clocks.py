"""Clocks are compared with sources that answer, lie or are silent; what that stops and what not."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from audit.clocks.judging import ClockLevel, agree, judge_clock
from audit.clocks.measuring import measure_clocks
from audit.clocks.sources import ask_sntp, read_chrony_line
from audit.clocks.state import Memory, read_clock_state
from audit.errors import ActionRefused
from audit.models import ClockMeasurement, RefusedAttempt, SystemEvent
from audit.system_events import record_waiting
from audit.tasks import measure_clocks_now
from custody.actions.decide_quality import decide_quality
from custody.actions.place_hold import place_hold
from custody.actions.put_back_vials import put_back_vials
from custody.actions.report_missing import report_missing
from custody.models import HoldScope
from custody.placements import Placement
from inventory.models import Quality
from reports.kit.times import local
from sop.action import Action
from sop.clock import STOPPED_BY_CLOCK
from tests.audit.clocks.liar import time_server
from tests.world import NOON, World
from web.templatetags.freezer import local_time

Lies = Callable[..., ClockLevel]

pytestmark = pytest.mark.urs("URS-72")


@pytest.fixture
def lies(settings: Any, known_clocks: Memory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lies]:
    """Return how to measure by servers that lie by these seconds, on a machine without chrony."""
    monkeypatch.setattr("audit.clocks.sources.shutil.which", lambda _: None)
    serving = ExitStack()

    def measured(*seconds: float) -> ClockLevel:
        servers = [serving.enter_context(time_server(ahead=each)) for each in seconds]
        settings.CLOCK_SOURCES = servers
        measure_clocks()
        known_clocks.until = 0
        return read_clock_state(timezone.now()).level

    with serving:
        yield measured


@pytest.mark.parametrize(
    ("ahead", "level"),
    [
        ((0.5, 0.5), ClockLevel.GOOD),
        ((2.0, 2.0), ClockLevel.WARNS),
        ((-400.0, -400.0), ClockLevel.STOPS),
        ((400.0,), ClockLevel.STOPS),
        ((0.0, 400.0), ClockLevel.WARNS),
    ],
)
def test_judges_by_what_real_servers_answer(
    world: World, lies: Lies, ahead: tuple[float, ...], level: ClockLevel
) -> None:
    assert lies(*ahead) == level

    kept = ClockMeasurement.objects.get()
    assert [round(each["ahead_seconds"], 1) for each in kept.sources] == [-each for each in ahead]
    assert abs(kept.database_seconds) < 0.5


def test_knows_nothing_when_nobody_answers_and_stops_nothing(
    world: World, settings: Any, lies: Lies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.clocks.sources._PATIENCE_SECONDS", 0.2)
    with time_server(stratum=0) as kiss, time_server(leap=3) as lost:
        assert ask_sntp(kiss).ahead_seconds is None
        assert ask_sntp(lost).fault == "follows no clock itself"
    settings.CLOCK_SOURCES = [kiss, lost]

    measure_clocks_now()

    assert read_clock_state(timezone.now()).level == ClockLevel.UNKNOWN
    [vial] = world.stored()
    decide_quality(
        vial_ids=[vial.pk],
        decision=Quality.REJECTED,
        evidence="Certificate 7",
        intent=world.signs(world.qa),
        at=NOON,
    )


def test_stops_deciding_but_never_what_brings_to_safety(world: World, lies: Lies) -> None:
    [waits, held, lost] = world.stored(3)
    [out] = world.checked_out(world.released())
    lies(400, 400)

    with pytest.raises(ActionRefused) as stopped:
        decide_quality(
            vial_ids=[waits.pk],
            decision=Quality.REJECTED,
            evidence="Certificate 7",
            intent=world.signs(world.qa),
            at=NOON,
        )
    place_hold(scope=HoldScope.VIALS, subject=held.code, intent=world.signs(world.qa), at=NOON)
    report_missing(
        vial_ids=[lost.pk], searched="the box", intent=world.signs(world.technician), at=NOON
    )
    back = Placement(vial_id=out.pk, position_id=world.place("J9").pk)
    put_back_vials(placements=[back], attribution=world.says(world.technician), at=NOON)

    assert stopped.value.codes == ["CLOCK_WRONG"]
    assert "400.0 s behind its time sources" in str(stopped.value)
    assert RefusedAttempt.objects.latest("id").codes == ["CLOCK_WRONG"]


def test_decides_for_every_action_whether_a_wrong_clock_stops_it() -> None:
    assert set(STOPPED_BY_CLOCK) == set(Action)


def test_warns_who_can_mend_it_and_tells_everybody_of_a_stop(
    world: World, lies: Lies, settings: Any
) -> None:
    def says(words: str, person: Any) -> bool:
        desk = Client()
        desk.force_login(person)
        return words in desk.get("/").content.decode()

    lies(2, 2)
    assert says("more than a second off", world.qa)
    assert not says("more than a second off", world.technician)
    lies(400, 400)
    assert says("A clock is wrong.", world.technician)


def test_readiness_tells_offset_sources_and_age(world: World, lies: Lies, client: Client) -> None:
    lies(2, 2)

    clock = client.get("/readyz").json()["clock"]

    assert (clock["state"], round(clock["offset_seconds"])) == ("warns", -2)
    assert len(clock["sources"]) == 2
    assert clock["measured_seconds_ago"] < 60


@pytest.mark.urs("URS-46")
def test_tells_the_trail_of_a_clock_that_was_set(
    world: World, lies: Lies, monkeypatch: pytest.MonkeyPatch
) -> None:
    lies(0)
    real = time.clock_gettime
    monkeypatch.setattr(
        "audit.clocks.measuring.time.clock_gettime", lambda which: real(which) - 7200
    )
    lies(0)
    lies(0)
    record_waiting()

    [step] = SystemEvent.objects.filter(kind="step_clock")
    assert round(step.details["seconds"]) == 7200


def test_reads_chrony() -> None:
    line = "^,*,192.0.2.1,2,6,377,12,0.000420000,0.000510000,0.021000000"
    silent = "^,?,192.0.2.2,0,8,0,4294967295,0.000000000,0.000000000,0.000000000"

    assert read_chrony_line(line).ahead_seconds == 0.00042
    assert read_chrony_line(silent).ahead_seconds is None


@pytest.mark.parametrize(
    ("offsets", "spread", "level"),
    [
        ([1.0, 0.0], 0.0, ClockLevel.GOOD),
        ([1.01, 0.0], 0.0, ClockLevel.WARNS),
        ([-5.0], 0.0, ClockLevel.WARNS),
        ([-5.01], 0.0, ClockLevel.STOPS),
        ([0.0], 1.01, ClockLevel.WARNS),
        ([0.0, None], 0.0, ClockLevel.UNKNOWN),
        ([6.0, None], 0.0, ClockLevel.STOPS),
    ],
)
def test_both_limits_are_exclusive(
    offsets: list[float | None], spread: float, level: ClockLevel
) -> None:
    assert judge_clock(offsets=offsets, spread=spread) == level


def test_one_lying_source_does_not_decide() -> None:
    together = agree([0.2, 400.0, None])

    assert (together.nearest, together.spread) == (0.2, 399.8)


@pytest.mark.urs("URS-71")
def test_tells_the_two_half_past_ones_of_a_change_night_apart() -> None:
    london = ZoneInfo("Europe/London")  # 01:30 comes twice where summer time ends at 02:00
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    with timezone.override(london):
        shown = [local_time(first), local_time(second)]

    assert "01:30:00+01:00" in shown[0]
    assert "01:30:00+00:00" in shown[1]
    assert local(first, london) != local(second, london)
