"""What is wrong with settings is said by row and field, in words that nobody must look up."""

import pytest

from temperature.channels.email import EmailSettings
from temperature.channels.sms import SmsSettings
from temperature.channels.webhook import WebhookSettings
from temperature.feeds.adapter import Settings
from temperature.feeds.fault_words import faults_of
from temperature.feeds.modbus_tcp import ModbusSettings

pytestmark = pytest.mark.urs("URS-28")

MODBUS = {"host": "10.0.0.9", "map_name": "Cryo", "map_version": "1"}
ROW = {"channel": "TP-1", "address": 7}


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        (MODBUS | {"registers": []}, "Map of the registers: it needs a row."),
        (MODBUS, "Map of the registers: it is missing."),
        (
            MODBUS | {"registers": [ROW, ROW | {"address": "far"}]},
            "Map of the registers, row 2, Address: write a whole number.",
        ),
        (
            MODBUS | {"registers": [ROW | {"type": "int8"}]},
            "Map of the registers, row 1, Type: choose 'int16', 'uint16', 'int32', 'uint32', "
            "'float32' or 'bit'.",
        ),
        (
            MODBUS | {"registers": [ROW | {"address": 70_000}]},
            "Map of the registers, row 1, Address: it must be 65535 or less.",
        ),
        (
            MODBUS | {"registers": [ROW | {"type": "bit"}]},
            "Map of the registers, row 1: a bit is a contact: give it the unit contact or "
            "inverted.",
        ),
        (MODBUS | {"registers": [ROW], "odd": 1}, "odd: there is no such setting."),
        (
            MODBUS | {"registers": [ROW], "port": 0},
            "Port: it must be 1 or more.",
        ),
    ],
)
def test_names_row_and_field_of_what_is_wrong(entered: dict[str, object], words: str) -> None:
    assert faults_of(ModbusSettings, entered) == [words]


@pytest.mark.parametrize("settings", [EmailSettings, SmsSettings, WebhookSettings])
def test_every_setting_of_a_channel_has_a_title_in_words(
    settings: type[Settings],
) -> None:
    named = {name: info.title for name, info in settings.model_fields.items()}

    assert not [name for name, title in named.items() if not title]
