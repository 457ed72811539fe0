"""Files of data loggers, as they are written by different models."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from temperature.arrivals import Arrival
from temperature.feeds.adapter import FeedFailed
from temperature.feeds.logger_file import LoggerProfile, read_file
from temperature.models import Flag


def profile(**said: Any) -> LoggerProfile:
    """Return the profile of a plain file in UTC."""
    plain = {"time_header": "Time", "zone": "UTC", "columns": [{"header": "T", "channel": "TP"}]}
    return LoggerProfile.model_validate(plain | said)


def read(text: str, *, encoding: str = "utf-8", name: str = "a.csv", **said: Any) -> Arrival:
    """Read a file in which the channels TP, 77 and 77/2 are registered."""
    body = text.encode(encoding)
    channels = frozenset(["TP", "77", "77/2"])
    return read_file(profile(**said), name=name, body=body, channels=channels)


def values(arrival: Arrival) -> list[float | None]:
    """Return the values that were read."""
    return [sample.value for sample in arrival.samples]


@pytest.mark.urs("URS-111")
def test_reads_rows_and_tells_each_that_is_none() -> None:
    found = read(
        "Time,T\n2026-11-20 12:00:00,-80.1\n2026-11-20 12:01:00,---\nnoon,-80\n"
        "2026-11-20 12:02:00,cold\n2026-11-20 12:03:00\n\n2026-11-20 12:04:00,-999\n"
    )

    assert values(found) == [-80.1, None, -999.0]
    assert found.samples[0].at == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert found.samples[1].flags == Flag.NO_VALUE
    assert [fault.where for fault in found.faults] == ["line 4", "line 5", "line 6"]
    assert found.is_original_kept


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        ("Gerät;x\nZeit;Temp (°F)\n20.11.2026 12:00;-112,0\n", "cp1252",
         {"time_header": "Zeit", "time_format": "%d.%m.%Y %H:%M", "decimal": ",",
          "columns": [{"header": "Temp", "channel": "TP", "unit": "header"}]}),
        ("Date\tTime\tT\n2026-11-20\t12:00\t193.15\n", "utf-16",
         {"time_header": "Date", "clock_header": "Time",
          "columns": [{"header": "T", "channel": "TP", "unit": "K"}]}),
        ("Time,T\n2026-11-20 12:00,−80.0 °C\n", "utf-8-sig",
         {"columns": [{"header": "T", "channel": "TP", "unit": "cell"}]}),
    ],
)  # fmt: skip
def test_reads_what_other_models_write(text: str, encoding: str, said: dict[str, Any]) -> None:
    found = read(text, encoding=encoding, **said)

    assert values(found) == [-80.0]
    assert found.samples[0].at == datetime(2026, 11, 20, 12, tzinfo=UTC)


TWO = (
    ",Time,1,2\nS/N,,77,77\nType,,A,A\nProperty,,Temperature,Humidity\n1,2026-11-20 12:00,20.5,53\n"
)


def test_finds_the_serial_above_its_column() -> None:
    columns = [
        {"header": "1", "channel": "{serial}"},
        {"header": "2", "channel": "{serial}/2", "unit": "%"},
    ]

    found = read(TWO, serial_label="S/N", columns=columns)

    assert [(sample.channel, sample.value) for sample in found.samples] == [
        ("77", 20.5),
        ("77/2", 53.0),
    ]


SERIAL: dict[str, Any] = {
    "columns": [{"header": "T"}],
    "serial_label": "Serial",
    "serial_in_name": r"LOG_(\d+)\.csv",
}
ONE = "Serial: 77\nTime,T\n2026-11-20 12:00,-80\n"


@pytest.mark.urs("URS-28")
@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        (ONE, "LOG_78.csv", "The file says serial 77, its name says 78"),
        (ONE.replace("77", "78"), "LOG_78.csv", "No probe is registered for “78”"),
        (ONE, "other.csv", "does not hold the serial"),
        (ONE.removeprefix("Serial: 77\n"), "LOG_77.csv", "does not say its serial"),
        (ONE.replace("Time", "When"), "LOG_77.csv", "No line among the first"),
        (ONE.replace("-80", "cold"), "LOG_77.csv", "line 3: “cold” is no number"),
        ("Device: Q-tag\r\nHist:\r\n 1:\r\n  Min T: +18.0, TS Min T: 00:00\r\n", "LOG_77.csv",
         "the lowest and highest value of each day"),
    ],
)  # fmt: skip
def test_refuses_a_file_whole_when_it_is_not_the_one(text: str, name: str, words: str) -> None:
    assert values(read(ONE, name="LOG_77.csv", **SERIAL)) == [-80.0]

    with pytest.raises(FeedFailed, match=words):
        read(text, name=name, **SERIAL)


@pytest.mark.urs("URS-75")
def test_tells_the_rows_of_the_double_hour_and_takes_the_others() -> None:
    hours = [f"2026-10-25 {hour:02d}:30,-80" for hour in (1, 2, 2, 3)]

    found = read("Time,T\n" + "\n".join(hours), zone="Europe/Zurich")

    assert [sample.at.hour for sample in found.samples] == [23, 2]
    assert [fault.where for fault in found.faults] == ["line 3", "line 4"]


@pytest.mark.parametrize(
    ("decimal", "cell"), [(".", "1,234.5"), (",", "-80.5"), (".", "1_0"), (".", "-80 °F")]
)
def test_never_guesses_what_a_number_means(decimal: str, cell: str) -> None:
    with pytest.raises(FeedFailed):
        read(f"Time;T\n2026-11-20 12:00;{cell}\n", decimal=decimal)


@pytest.mark.parametrize(
    "said",
    [
        {"zone": "Zurich"},
        {"time_format": "%d.%m.%Y"},
        {"columns": [{"header": "T"}]},
        {"serial_in_name": "LOG_"},
        {"columns": []},
        {"password": "x"},
    ],
)
def test_refuses_a_profile_that_cannot_work(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        profile(**said)
