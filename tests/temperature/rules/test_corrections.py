"""What a probe truly measured."""

from datetime import timedelta

import pytest

from temperature.rules.corrections import corrected, correction_at, truly
from temperature.rules.intervals import Point
from tests.world import NOON

MINUTE = timedelta(minutes=1)
STEPS = [(NOON + MINUTE, 5.0), (NOON + 3 * MINUTE, -0.5)]


@pytest.mark.urs("URS-111")
def test_each_calibration_corrects_from_when_it_was_made_until_the_next_one() -> None:
    read = [Point(NOON + step * MINUTE, -151.0) for step in range(4)]

    found = [value for _, value in corrected([*read, Point(NOON + 4 * MINUTE, None)], STEPS)]

    assert found == [-151.0, -146.0, -146.0, -151.5, None]
    assert found[:4] == [truly(-151.0, correction_at(STEPS, at)) for at, _ in read]


def test_a_sum_misses_no_limit_by_the_noise_of_floats() -> None:
    assert -130.1 + 0.3 > -129.8

    assert truly(-130.1, 0.3) == -129.8
    assert truly(-150.123456, 0.0) == -150.123456
