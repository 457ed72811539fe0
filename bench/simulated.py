"""
Devices to be polled, in a process of their own: `python -m bench.simulated http 10 25`.

So many sources with so many channels each, over HTTP with JSON or over Modbus TCP; it prints its
ports, parted by blanks, and answers until it is ended.
"""

import asyncio
import json
import struct
import sys
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

HOST = "127.0.0.1"
DEVICE, FIRST, WORDS, SCALE = 1, 100, 2, 0.01
COLD = -190.0


def value(number: int, epoch: int) -> float:
    """Return what a probe says at a time; it moves by tenths of a degree."""
    return COLD + (number + epoch // 60) % 9 / 10


class Answer(BaseHTTPRequestHandler):
    """Says what each probe reads at the time that is asked for, as a gateway does."""

    channels = 0

    def do_GET(self) -> None:
        now = int(parse_qs(urlsplit(self.path).query)["now"][0])
        told = [
            {"channel": str(number), "at": now, "value": value(number, now)}
            for number in range(self.channels)
        ]
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def over_http(sources: int, channels: int) -> None:
    """Answer as so many gateways on one port."""
    Answer.channels = channels
    server = ThreadingHTTPServer((HOST, 0), Answer)
    _say([server.server_port] * sources)
    server.serve_forever()


async def over_modbus(sources: int, channels: int) -> None:
    """Answer as so many devices, each on its own port."""
    held = [round(value(number, 0) / SCALE) for number in range(channels)]
    packed = struct.pack(f">{channels}i", *held)
    words = list(struct.unpack(f">{channels * WORDS}H", packed))
    ports = []
    for _ in range(sources):
        device = SimDevice(DEVICE, SimData(FIRST, values=words, datatype=DataType.REGISTERS))
        server = ModbusTcpServer(device, address=(HOST, 0))
        await server.serve_forever(background=True)
        listening: Any = server.transport
        ports.append(listening.sockets[0].getsockname()[1])
    _say(ports)
    await asyncio.Event().wait()


def _say(ports: Sequence[int]) -> None:
    sys.stdout.write(" ".join(map(str, ports)) + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> None:
    """Answer until the process is ended."""
    kind, sources, channels = arguments[0], int(arguments[1]), int(arguments[2])
    if kind == "http":
        over_http(sources, channels)
    else:
        asyncio.run(over_modbus(sources, channels))


if __name__ == "__main__":
    main(sys.argv[1:])
