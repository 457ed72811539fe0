"""Times as devices write them."""

from datetime import UTC, datetime

import pytest

from temperature.feeds.times import Times, UnreadableTime, fault_of_pattern

ZURICH = "Europe/Zurich"


@pytest.mark.parametrize(
    ("form", "zone", "text", "hour_utc"),
    [
        ("iso", "UTC", "2026-11-20 12:30:00", 12),
        ("iso", ZURICH, "2026-11-20T12:30:00", 11),
        ("iso", "", "2026-11-20 12:30:00+03:00", 9),
        ("iso", ZURICH, "2026-11-20T12:30:00Z", 12),
        ("epoch", "", "1795178000", 12),
        ("%d.%m.%Y %H:%M", ZURICH, " 20.11.2026 12:30 ", 11),
        ("%m/%d/%y %I:%M:%S %p", "UTC", "11/20/26 01:30:00 PM", 13),
        ("%H:%M %d %b %Y", "UTC", "12:30 20 Nov 2026", 12),
    ],
)
def test_reads_a_time_into_utc_also_when_it_comes_again(
    form: str, zone: str, text: str, hour_utc: int
) -> None:
    times = Times(form, zone)

    first, again = times.read(text), times.read(text)

    assert first == again
    assert first.tzinfo is UTC
    assert (first.year, first.month, first.day, first.hour) == (2026, 11, 20, hour_utc)


@pytest.mark.urs("URS-75")
@pytest.mark.parametrize(
    ("text", "words"),
    [("2026-10-25 02:30:00", "was twice"), ("2026-03-29 02:30:00", "was never")],
)
def test_never_guesses_in_the_night_in_which_clocks_are_put(text: str, words: str) -> None:
    times = Times("iso", ZURICH)

    assert times.read(text.replace("02:30", "01:30")).hour in {23, 0}
    assert times.read(text.replace("02:30", "04:30")).hour in {2, 3}
    with pytest.raises(UnreadableTime, match=words):
        times.read(text)


def test_what_it_remembers_of_one_day_is_right_on_another() -> None:
    times = Times("iso", ZURICH)
    texts = [f"2026-{month:02d}-{day:02d} {hour:02d}:10:00"
             for month in (1, 7) for day in (3, 4) for hour in (0, 13, 23)]  # fmt: skip

    remembered = [[times.read(text) for text in texts] for _ in range(2)]

    assert remembered[0] == remembered[1] == [Times("iso", ZURICH).read(text) for text in texts]


@pytest.mark.parametrize("text", ["2026-11-20 12:30:00", "2026-11-20", "noon", ""])
def test_refuses_what_has_no_zone_or_is_no_time(text: str) -> None:
    with pytest.raises(UnreadableTime):
        Times("iso", "").read(text)


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%q", "noon", "%d.%m.%Y %I:%M", "%d%d%m%Y%H%M"])
def test_refuses_a_pattern_that_names_no_instant(form: str) -> None:
    assert fault_of_pattern(form)


def test_times_lie_where_python_says_they_do() -> None:
    said = datetime(2026, 2, 3, 4, 5, 6, 700_000)  # noqa: DTZ001 - as a device writes it

    read = Times("%Y%m%d %H%M%S.%f", "UTC").read(f"{said:%Y%m%d %H%M%S}.7")

    assert read == said.replace(tzinfo=UTC)
