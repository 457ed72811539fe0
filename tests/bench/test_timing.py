"""What is said of measured times."""

import pytest

from bench.timing import Line, Times, table, timed


def test_counts_every_round_but_those_to_warm_up() -> None:
    calls: list[int] = []

    times = timed([lambda: calls.append(1)] * 5, warm_up=2)

    assert len(calls) == 5
    assert len(times.rounds) == 3


def test_refuses_to_tell_the_time_of_nothing() -> None:
    with pytest.raises(ValueError, match="no round"):
        timed([lambda: None], warm_up=1)


def test_reads_the_median_and_what_most_rounds_stayed_under() -> None:
    times = Times(tuple(float(number) for number in range(100, 0, -1)))

    assert (times.p50, times.p95) == (51.0, 96.0)


@pytest.mark.parametrize(("budget", "marked"), [(10.0, False), (5.0, True)])
def test_marks_what_misses_its_budget_and_tells_the_ratio(budget: float, marked: bool) -> None:
    line = Line(
        what="scan",
        ours=Times((8.0,)),
        bare=Times((2.0,)),
        statements=6,
        budget_ms=budget,
    )

    written = table([line])

    assert ("**missed**" in written) is marked
    assert written.endswith("| 6 | 2.00 | 2.00 | 4 |")
