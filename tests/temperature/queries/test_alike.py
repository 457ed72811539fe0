"""Alarms of one unit that read the same."""

import pytest

from temperature.models import Alarm, AlarmCause, Level
from temperature.queries.alarms import OfUnit
from tests.world import NOON

pytestmark = pytest.mark.urs("URS-107")


def out(key: int, *, level: Level = Level.CRITICAL, taken_on: bool = False) -> Alarm:
    """Return the alarm of a vial that is out of storage."""
    alarm = Alarm(pk=key, cause=AlarmCause.OUT, level=level, about=f"vial {key}")
    alarm.acknowledged_at = NOON if taken_on else None
    return alarm


def test_those_about_vials_are_one_line_with_their_number() -> None:
    probe = [Alarm(pk=key, cause=AlarmCause.GAP, level=Level.ACTION) for key in (1, 2)]
    stands = OfUnit(alarms=[out(3), *probe, out(4), out(5, taken_on=True)])

    assert [[alarm.pk for alarm in line] for line in stands.alike] == [[3, 4], [1], [2], [5]]
