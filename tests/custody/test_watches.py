"""What is looked after by the clock: by the workers, and by the watchdog where they stand still."""

import pytest

from custody.tasks import HOLDS, WATCHES
from temperature.consequences import watches

pytestmark = pytest.mark.urs("URS-46", "URS-110")


def test_the_workers_and_the_watchdog_look_after_the_same() -> None:
    assert {*WATCHES, *HOLDS} == set(watches())
    assert len(WATCHES) + len(HOLDS) == len(watches())
