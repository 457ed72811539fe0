"""The tank of the demo that speaks Modbus TCP: its registers, and the device that holds them."""

import asyncio
import struct
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from freezer_inventory.demo_doors import LID, MAINS, is_on_now
from freezer_inventory.demo_freezers import (
    HOST,
    MODBUS_UNIT,
    NORMAL,
    TAKEN_PATIENCE,
    modbus_port,
    now,
)

DEVICE, FIRST, WORDS = 1, 100, 2
SCALE = 0.01
NO_READING = -(2**31)
STATUS_BITS = {MAINS: 1, LID: 9}
"""Which bit of its status register says what, as ultra-low freezers do."""
CHANNELS = tuple(channel for channel in NORMAL if channel.startswith(f"{MODBUS_UNIT}-"))


def register_map() -> list[dict[str, object]]:
    """Return the map of its registers, as a source is told of it."""
    return [
        {
            "channel": channel,
            "address": FIRST + WORDS * number,
            "type": "int32",
            "scale": SCALE,
            "no_reading": [NO_READING],
        }
        for number, channel in enumerate(CHANNELS)
    ] + [
        {
            "channel": channel,
            "address": FIRST + WORDS * len(CHANNELS),
            "type": "bit",
            "bit": bit,
            "unit": "contact",
        }
        for channel, bit in STATUS_BITS.items()
    ]


def registers(at: datetime) -> list[int]:
    """Return what stands in the registers, the high word of each value first; the status last."""
    values = [now(channel, at) for channel in CHANNELS]
    held = [NO_READING if value is None else round(value / SCALE) for value in values]
    packed = struct.pack(f">{len(held)}i", *held)
    status = sum(1 << bit for channel, bit in STATUS_BITS.items() if is_on_now(channel, at))
    return [*struct.unpack(f">{len(held) * WORDS}H", packed), status]


async def _refresh(
    _function: int,
    start: int,
    _address: int,
    _count: int,
    current: list[int],
    _written: Sequence[int] | Sequence[bool] | None,
) -> None:
    """Let the registers hold what the probes read now."""
    values = registers(datetime.now(UTC))
    at = FIRST - start
    current[at : at + len(values)] = values


async def _answer() -> None:
    held = SimData(FIRST, values=registers(datetime.now(UTC)), datatype=DataType.REGISTERS)
    device = SimDevice(DEVICE, held, action=_refresh)
    await ModbusTcpServer(device, address=(HOST, modbus_port())).serve_forever()


def serve() -> None:
    """Answer for ever; a port that another demo holds is tried again, that demo answers alike."""
    while True:
        try:
            asyncio.run(_answer())
        except (OSError, RuntimeError):
            time.sleep(TAKEN_PATIENCE)


if __name__ == "__main__":
    serve()
