"""An arrival that is stored in several statements."""

from datetime import timedelta

from temperature.arrivals import Arrival, Sample
from temperature.models import IntakeKind
from temperature.storing import ROWS_AT_ONCE
from tests.world import NOON

COUNT = 2 * ROWS_AT_ONCE + 7


def large_arrival() -> Arrival:
    """Return the same readings each time: one a second up to noon."""
    second = timedelta(seconds=1)
    samples = [Sample("TP", NOON - second * step, -80.0 - step % 7 / 10) for step in range(COUNT)]
    return Arrival(kind=IntakeKind.POLLED, body=b"large", samples=samples)
