"""What contacts say, whichever way it comes."""

import json
import math
from typing import Any

import pytest
from pydantic import ValidationError

from temperature.feeds.http_json import mapped
from temperature.feeds.http_settings import HttpJsonSettings
from temperature.feeds.logger_file import LoggerProfile, read_file
from temperature.feeds.mqtt import MqttSettings, _Reading
from temperature.feeds.values import Unit, UnreadableValue, of_number, of_text
from temperature.models import Flag

pytestmark = pytest.mark.urs("URS-28", "URS-111")

OPEN: list[Any] = [1, 1.0, True, "1", "true", "TRUE", " open ", "Open", "on", "ON"]
SHUT: list[Any] = [0, 0.0, -0.0, False, "0", "false", "closed", "Closed", "off"]

INVERTED = {"channel": "D-2", "open_is": "inverted"}
TWO = [{"channel": "D-1"}, INVERTED]


@pytest.mark.parametrize("said", OPEN, ids=repr)
def test_reads_open_in_every_spelling(said: Any) -> None:
    assert of_number(said, Unit.CONTACT) == (1.0, Flag.NONE)
    assert of_number(said, Unit.INVERTED) == (0.0, Flag.NONE)


@pytest.mark.parametrize("said", SHUT, ids=repr)
def test_reads_closed_in_every_spelling(said: Any) -> None:
    assert of_number(said, Unit.CONTACT) == (0.0, Flag.NONE)
    assert of_number(said, Unit.INVERTED) == (1.0, Flag.NONE)


@pytest.mark.parametrize(
    "said",
    ["", "ajar", "-80.5", "openclosed", "yes", "12", "null", [], {}, [1], "1; DROP", "\x00"],
)
@pytest.mark.parametrize("unit", [Unit.CONTACT, Unit.INVERTED])
def test_says_why_anything_else_is_no_state(said: Any, unit: Unit) -> None:
    with pytest.raises(UnreadableValue, match="neither open nor closed"):
        of_number(said, unit)


@pytest.mark.parametrize("said", [2, -1, 0.5, 1e300, math.nan, math.inf])
def test_keeps_a_number_that_is_no_state_as_it_came(said: float) -> None:
    for unit in (Unit.CONTACT, Unit.INVERTED):
        value, flags = of_number(said, unit)
        assert value == said or (value is not None and math.isnan(value))
        assert flags == Flag.NONE


def test_nothing_is_nothing_and_a_cell_is_read_alike() -> None:
    assert of_number(None, Unit.INVERTED) == (None, Flag.NO_VALUE)
    assert of_text("Open", Unit.CONTACT, ".") == (1.0, Flag.NONE)
    with pytest.raises(UnreadableValue):
        of_text("-80.1 °C", Unit.CONTACT, ".")
    with pytest.raises(UnreadableValue):
        of_number(10**400, Unit.CONTACT)


def test_an_answer_mixes_thermometers_and_contacts() -> None:
    settings = HttpJsonSettings.model_validate(
        {
            "url": "http://127.0.0.1/",
            "contacts": [{"channel": "D-1"}, {"channel": "D-2", "open_is": "inverted"}],
        }
    )
    said: list[tuple[str, Any]] = [
        ("TP", -80.5), ("D-1", "open"), ("D-2", True), ("D-1", "warm"), ("TP", True)
    ]  # fmt: skip
    rows = [{"channel": name, "at": "2026-11-20T12:00:00Z", "value": value} for name, value in said]

    samples, faults = mapped(rows, settings)

    assert [(row.channel, row.value) for row in samples] == [("TP", -80.5), ("D-1", 1), ("D-2", 0)]
    assert [fault.words for fault in faults] == [
        "“warm” is neither open nor closed.",
        "“True” is no number.",
    ]


def test_a_message_of_a_contact_needs_no_unit() -> None:
    settings = MqttSettings.model_validate(
        {
            "host": "broker",
            "client_id": "x",
            "contacts": [{"channel": "D-1", "open_is": "inverted"}],
        }
    )
    reading = _Reading(settings, {})

    for channel in ("D-1", "TP"):
        said = {"t_device": "2026-11-20T12:00:00Z", "v": False, "uom": "state"}
        reading.take(f"site/Z/unit/U/probe/{channel}/t", json.dumps(said).encode())

    assert [(row.channel, row.value) for row in reading.samples] == [("D-1", 1.0)]
    assert [fault.words for fault in reading.faults] == ["“state” is no unit of a reading."]


def test_a_file_holds_a_column_of_states() -> None:
    profile = LoggerProfile.model_validate(
        {"time_header": "Time", "zone": "UTC", "columns": [
            {"header": "T", "channel": "TP"}, {"header": "Door", "channel": "D", "unit": "inverted"}
        ]}
    )  # fmt: skip
    body = b"Time,T,Door\n2026-11-20 12:00:00,-80.1,closed\n2026-11-20 12:01:00,-80.2,?\n"

    arrival = read_file(profile, name="a.csv", body=body, channels=["TP", "D"])

    assert [row.value for row in arrival.samples] == [-80.1, 1.0, -80.2]
    assert [fault.words for fault in arrival.faults] == ["“?” is neither open nor closed."]


@pytest.mark.parametrize(
    "contacts",
    [
        [{"channel": "D", "open_is": "open"}],
        [{"channel": ""}],
        [{"channel": "D"}, {"channel": "D", "open_is": "inverted"}],
        ["D"],
        [{"channel": "D", "open_is": True}],
    ],
)
def test_refuses_a_mapping_that_says_no_way_round(contacts: object) -> None:
    with pytest.raises(ValidationError):
        HttpJsonSettings.model_validate({"url": "http://127.0.0.1/", "contacts": contacts})
