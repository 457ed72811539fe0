"""A worker that is killed in the middle of storing loses nothing and stores nothing twice."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from audit.models import Change
from temperature.actions.take_readings import take_readings
from temperature.checking import check_readings
from temperature.models import Intake, ProbeState, Reading
from tests.beside import environment
from tests.factories.temperature import ProbeFactory
from tests.temperature.large import COUNT, large_arrival
from tests.world import NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-06", "URS-111")]


def test_a_worker_killed_in_the_middle_leaves_nothing_half_and_the_next_stores_all(
    tmp_path: Path,
) -> None:
    probe = ProbeFactory.create(channel="TP")
    before = Change.objects.count()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.temperature.killed_while_storing", str(probe.feed_id)],
        env=environment(spool=tmp_path, DJANGO_SETTINGS_MODULE="freezer_inventory.settings"),
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "a part is in\n"
        worker.send_signal(signal.SIGKILL)
        assert worker.wait(30) == -signal.SIGKILL

    assert (Reading.objects.count(), Intake.objects.count()) == (0, 0)
    assert Change.objects.count() == before
    assert not ProbeState.objects.exists()

    intake = take_readings(feed_id=probe.feed_id, arrival=large_arrival(), at=NOON)
    again = take_readings(feed_id=probe.feed_id, arrival=large_arrival(), at=NOON)

    assert (intake.stored, intake.repeated) == (COUNT, 0)
    assert (again.stored, again.repeated) == (0, COUNT)
    assert Reading.objects.count() == COUNT
    assert ProbeState.objects.get(probe=probe).last_at == NOON
    assert list(check_readings()) == []
