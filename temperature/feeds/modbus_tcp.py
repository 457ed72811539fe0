"""Sources that hold their values in Modbus registers, reached over TCP; the map is data."""

import json
import time
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pymodbus.client import ModbusTcpClient
from pymodbus.exceptions import ModbusException

from temperature.arrivals import Arrival, Fault, Sample
from temperature.feeds.adapter import Adapter, Ask, FeedFailed, Settings
from temperature.feeds.values import DIGITS, NOTHING, Unit, Value, converted
from temperature.models import FeedKind, Flag, IntakeKind

TYPES = {
    "int16": ModbusTcpClient.DATATYPE.INT16,
    "uint16": ModbusTcpClient.DATATYPE.UINT16,
    "int32": ModbusTcpClient.DATATYPE.INT32,
    "uint32": ModbusTcpClient.DATATYPE.UINT32,
    "float32": ModbusTcpClient.DATATYPE.FLOAT32,
}
MOST_WORDS = 120
"""In one request; the protocol allows 125."""


class Register(Settings):
    """
    Where one value stands and what it means.

    The value is what stands there × scale + offset, in `unit`. no_reading: what stands there when
    there is no reading, before it is scaled. type `bit`: one bit of a register, 0 the lowest, or
    what a coil or a discrete input says; a contact.
    """

    channel: Annotated[str, Field(min_length=1, max_length=100)]
    address: Annotated[int, Field(ge=0, le=65_535)]
    function: Literal["holding", "input", "coil", "discrete"] = "holding"
    type: Literal["int16", "uint16", "int32", "uint32", "float32", "bit"] = "int16"
    bit: Annotated[int, Field(ge=0, le=15)] = 0
    word_order: Literal["big", "little"] = "big"
    scale: float = 1
    offset: float = 0
    no_reading: Annotated[list[float], Field(max_length=10)] = []
    unit: Literal["C", "F", "K", "%", "contact", "inverted"] = "C"

    @property
    def words(self) -> int:
        """How many registers it takes."""
        return 1 if self.type == "bit" else int(TYPES[self.type].value[1])

    @property
    def end(self) -> int:
        """The address behind it."""
        return self.address + self.words

    @model_validator(mode="after")
    def _bits_are_contacts(self) -> "Register":
        if self.function in {"coil", "discrete"} and self.type != "bit":
            raise ValueError("a coil or discrete input is of type bit")
        if self.type == "bit" and not Unit(self.unit).is_contact:
            raise ValueError("a bit is a contact: give it the unit contact or inverted")
        if self.type == "bit" and (self.scale, self.offset) != (1, 0):
            raise ValueError("a bit has no scale and no offset")
        return self


class ModbusSettings(Settings):
    """Where the device is, and the map of its registers for its model and firmware."""

    host: str = Field(
        title="Address of the device or gateway",
        description="Name or IP address, such as 10.1.20.7.",
        pattern=r"^[A-Za-z0-9.:_-]{1,253}$",
    )
    port: int = Field(
        502, title="Port", description="502, unless the gateway was set otherwise.", ge=1, le=65_535
    )
    device_id: int = Field(
        1,
        title="Number of the device behind it",
        description="The unit id or slave address at the gateway; 1 for a device of its own.",
        ge=0,
        le=255,
    )
    map_name: str = Field(
        title="Model and firmware that the map is for",
        description="Such as CryoLine 400, firmware 2.31.",
        min_length=1,
        max_length=100,
    )
    map_version: str = Field(
        title="Version of the map",
        description="As it was checked on a real unit, such as 3.",
        min_length=1,
        max_length=40,
    )
    registers: Annotated[list[Register], Field(min_length=1, max_length=500)] = Field(
        title="Map of the registers",
        description="One row for each probe. A controller that holds tenths of a degree in "
        "two registers from 1328 on: channel TP-1, address 1328, type int32, "
        "scale 0.1, no reading -32768. A gateway with floating point in °C: "
        "channel TP-1, address 0, function input, type float32. A door contact in bit 9 of a "
        "status register: channel D-1, address 1600, type bit, bit 9, unit contact.",
    )
    answer_seconds: float = Field(3, title="Longest for one answer, in seconds", ge=1, le=10)
    deadline_seconds: float = Field(15, title="Longest for all of it, in seconds", ge=1, le=60)


def read(settings: ModbusSettings, ask: Ask) -> Iterator[Arrival]:
    """
    Read the registers of every channel that has a probe, over one connection, and yield them.

    The time is the server's: registers carry none. A block that the device refuses is told, the
    others are taken. Raises FeedFailed. Source: REQUIREMENTS C4; URS-28, URS-108.
    """
    wanted = [row for row in settings.registers if ask.is_trial or row.channel in ask.channels]
    samples: list[Sample] = []
    faults: list[Fault] = []
    raw: dict[str, list[int]] = {}
    client = ModbusTcpClient(
        settings.host, port=settings.port, timeout=settings.answer_seconds, retries=0
    )
    try:
        if not client.connect():
            raise FeedFailed(f"{settings.host} cannot be reached on port {settings.port}.")
        ends_at = time.monotonic() + settings.deadline_seconds
        for block in _blocks(wanted):
            if time.monotonic() > ends_at:
                words = f"{settings.host} did not answer in full"
                raise FeedFailed(f"{words} within {settings.deadline_seconds:g} s.")
            words_read = _words(client, settings, block)
            if isinstance(words_read, Fault):
                faults.append(words_read)
                continue
            raw[f"{block[0].function} {block[0].address}"] = words_read
            samples += _samples(block, words_read, ask)
    finally:
        client.close()
    if wanted and not samples:
        raise FeedFailed(f"{settings.host} refused every register: {faults[0].words}")
    yield Arrival(
        kind=IntakeKind.POLLED,
        body=json.dumps(raw).encode(),
        samples=samples,
        faults=faults,
        settings=settings.model_dump(mode="json"),
    )


def _blocks(registers: Sequence[Register]) -> Iterator[list[Register]]:
    """Yield registers that follow each other, or are one, to be read in one request."""
    block: list[Register] = []
    for row in sorted(registers, key=lambda row: (row.function, row.address)):
        if block and not _follows(block, row):
            yield block
            block = []
        block.append(row)
    if block:
        yield block


def _follows(block: Sequence[Register], row: Register) -> bool:
    fits = row.end - block[0].address <= MOST_WORDS
    return block[0].function == row.function and row.address <= _end(block) and fits


def _end(block: Sequence[Register]) -> int:
    return max(row.end for row in block)


def _words(
    client: ModbusTcpClient, settings: ModbusSettings, block: Sequence[Register]
) -> list[int] | Fault:
    """Return the registers of a block, or why the device does not give them."""
    first = block[0]
    count = _end(block) - first.address
    ask = {
        "holding": client.read_holding_registers,
        "input": client.read_input_registers,
        "coil": client.read_coils,
        "discrete": client.read_discrete_inputs,
    }[first.function]
    try:
        answer = ask(first.address, count=count, device_id=settings.device_id)
    except (ModbusException, OSError) as fault:
        raise FeedFailed(
            f"{settings.host} did not answer at register {first.address}. Is it the right device?"
        ) from fault
    is_bits = first.function in {"coil", "discrete"}
    told = [] if answer.isError() else answer.bits[:count] if is_bits else answer.registers
    if len(told) != count:
        code = getattr(answer, "exception_code", "none")
        return Fault(
            f"{first.function} register {first.address}",
            f"The device refuses it (exception {code}): is the map for its model and firmware?",
        )
    return [int(word) for word in told]


def _samples(block: Sequence[Register], words: list[int], ask: Ask) -> Iterator[Sample]:
    for row in block:
        start = row.address - block[0].address
        value, flags = _value(row, words[start : start + row.words])
        yield Sample(row.channel, ask.at, value, flags)


def _value(row: Register, words: list[int]) -> Value:
    kept = TYPES["uint16" if row.type == "bit" else row.type]
    found = ModbusTcpClient.convert_from_registers(words, kept, word_order=row.word_order)
    number = float(str(found))
    if number in row.no_reading:
        return NOTHING
    if row.type == "bit":
        return converted(float(words[0] >> row.bit & 1), Unit(row.unit)), Flag.NONE
    scaled = round(number * row.scale + row.offset, DIGITS)
    return converted(scaled, Unit(row.unit)), Flag.NONE


ADAPTER = Adapter(kind=FeedKind.MODBUS_TCP, settings=ModbusSettings, read=read)
