"""Sources that hold their values in Modbus registers."""

import asyncio
import json
import struct
from collections.abc import Iterator
from socket import create_server
from threading import Event, Thread
from typing import Any

import pytest
from pydantic import ValidationError
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from temperature.arrivals import Arrival
from temperature.feeds.adapter import Ask, FeedFailed
from temperature.feeds.modbus_tcp import ModbusSettings, read
from temperature.models import Flag
from tests.world import NOON


def words(form: str, value: float) -> list[int]:
    """Return the registers that hold a value, the high one first."""
    packed = struct.pack(">" + form, value)
    return list(struct.unpack(f">{len(packed) // 2}H", packed))


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Run a freezer that speaks Modbus; yield its port."""
    signed = [*words("h", -801), *words("i", -1655), *reversed(words("f", -79.5))]
    registers = [*signed, 0x8000, *words("H", 193), 1 << 9 | 1 << 3]
    ready, found = Event(), []
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        held = SimData(100, values=registers, datatype=DataType.REGISTERS)
        device = SimDevice(1, held, use_bit_addressing=True)
        server = ModbusTcpServer(device, address=("127.0.0.1", 0))
        await server.serve_forever(background=True)
        assert server.transport is not None
        listening: Any = server.transport
        found.extend([server, listening.sockets[0].getsockname()[1]])
        ready.set()

    def run() -> None:
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    yield found[1]
    asyncio.run_coroutine_threadsafe(found[0].shutdown(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


MAP: list[dict[str, Any]] = [
    {"channel": "A", "address": 100, "scale": 0.1},
    {"channel": "B", "address": 101, "type": "int32", "scale": 0.1, "offset": 1.5},
    {"channel": "C", "address": 103, "type": "float32", "word_order": "little"},
    {"channel": "D", "address": 105, "no_reading": [-32768]},
    {"channel": "E", "address": 106, "type": "uint16", "unit": "K"},
]


def ask(port: int, *registers: dict[str, Any], **said: Any) -> Arrival:
    """Read a map once."""
    settings = ModbusSettings.model_validate(
        {"host": "127.0.0.1", "port": port, "map_name": "TSX", "map_version": "1",
         "registers": list(registers)} | said
    )  # fmt: skip
    channels = frozenset(row["channel"] for row in registers) - {"left out"}
    return next(read(settings, Ask(secret="", channels=channels, at=NOON)))


@pytest.mark.urs("URS-111")
def test_reads_every_type_by_its_map(port: int) -> None:
    found = ask(port, *MAP, {"channel": "left out", "address": 107})

    assert [(one.channel, one.value) for one in found.samples] == [
        ("A", -80.1), ("B", -164.0), ("C", -79.5), ("D", None), ("E", -80.15),
    ]  # fmt: skip
    assert found.samples[3].flags == Flag.NO_VALUE
    assert {one.at for one in found.samples} == {NOON}
    assert found.settings["map_version"] == "1"


@pytest.mark.urs("URS-108")
def test_tells_a_register_that_is_not_there_and_takes_the_others(port: int) -> None:
    found = ask(port, MAP[0], {"channel": "X", "address": 9000})

    assert [one.channel for one in found.samples] == ["A"]
    assert found.faults[0].where == "holding register 9000"
    with pytest.raises(FeedFailed, match="refused every register"):
        ask(port, {"channel": "X", "address": 9000})


@pytest.mark.urs("URS-108")
def test_fails_in_words_when_nobody_answers() -> None:
    with create_server(("127.0.0.1", 0)) as silent:
        number = silent.getsockname()[1]
        with pytest.raises(FeedFailed, match="did not answer at register 100"):
            ask(number, MAP[0], answer_seconds=1)

    with pytest.raises(FeedFailed, match="cannot be reached"):
        ask(number, MAP[0])


@pytest.mark.parametrize(
    "wrong", [{"type": "int12"}, {"address": 70_000}, {"function": "coil"}, {"channel": ""}]
)
def test_refuses_a_map_that_cannot_be_read(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ask(502, MAP[0] | wrong)


STATUS: dict[str, Any] = {"address": 107, "type": "bit", "unit": "contact"}


@pytest.mark.urs("URS-28", "URS-111")
def test_reads_bits_of_one_status_register_in_one_request(port: int) -> None:
    found = ask(
        port,
        {"channel": "door 1", "bit": 9} | STATUS,
        {"channel": "door 2", "bit": 10} | STATUS,
        {"channel": "shut", "bit": 10} | STATUS | {"unit": "inverted"},
        {"channel": "mains", "bit": 1} | STATUS,
        {"channel": "none", "bit": 9, "no_reading": [0x208]} | STATUS,
    )

    assert [(row.channel, row.value) for row in found.samples] == [
        ("door 1", 1.0), ("door 2", 0.0), ("shut", 1.0), ("mains", 0.0), ("none", None)
    ]  # fmt: skip
    assert found.samples[-1].flags == Flag.NO_VALUE
    assert found.body == b'{"holding 107": [520]}'


@pytest.mark.urs("URS-28", "URS-111")
@pytest.mark.parametrize("function", ["coil", "discrete"])
def test_reads_coils_and_discrete_inputs(port: int, function: str) -> None:
    rows = [
        {"channel": f"bit {number}", "address": 107 * 16 + number, "function": function}
        | {"type": "bit", "unit": unit}
        for number, unit in ((9, "contact"), (10, "contact"), (12, "inverted"))
    ]

    found = ask(port, *rows)

    assert [row.value for row in found.samples] == [1.0, 0.0, 1.0]
    assert list(json.loads(found.body).values()) == [[1, 0], [0]]


@pytest.mark.urs("URS-28")
@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"type": "bit"}, "a bit is a contact"),
        ({"type": "bit", "unit": "contact", "bit": 16}, "less than or equal to 15"),
        ({"type": "bit", "unit": "contact", "scale": 0.1}, "no scale"),
        ({"function": "coil"}, "is of type bit"),
    ],
)
def test_refuses_a_map_of_bits_that_means_nothing(said: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        ask(1, {"channel": "A", "address": 1} | said)
