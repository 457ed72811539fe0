"""The freezers of the demo: what their probes read, and the server that a gateway would be."""

import json
import math
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from freezer_inventory import environment
from freezer_inventory.demo_doors import CONTACTS, FILLED_EVERY, is_on_now

HOST = "127.0.0.1"
DEFAULT_PORT = 8477
TAKEN_PATIENCE = 10.0  # seconds until a port that is taken is tried again


def port() -> int:
    """Return the port that the freezers answer on."""
    return int(environment.text("DEMO_FREEZERS_PORT", str(DEFAULT_PORT)))


def modbus_port() -> int:
    """Return the port of the tank that speaks Modbus."""
    return port() + 1


def broker_port() -> int:
    """Return the port of the broker that keeps the messages of the tank that publishes."""
    return port() + 2


MODBUS_UNIT, MQTT_UNIT = "LN2-02", "LN2-11"
DOOR_LEFT_OPEN = "ULT-01-air"
FALLEN_SILENT = "LN2-12-lid"
LEVEL = "LN2-03-level"
NORMAL = {
    "LN2-01-lid": (-184.0, 2.0),
    "LN2-01-bottom": (-190.0, 1.0),
    "LN2-02-lid": (-181.0, 3.0),
    "LN2-03-lid": (-192.0, 1.5),
    LEVEL: (76.0, 18.0),
    DOOR_LEFT_OPEN: (-81.0, 1.5),
    "ULT-01-buffered": (-80.5, 0.4),
    "LN2-11-lid": (-185.0, 2.0),
    FALLEN_SILENT: (-183.0, 2.0),
}
"""
For each channel, what it reads in the middle, and how far it swings over a day; of a level, what
it reads after a fill, and how far it falls until the next.
"""
OPEN_DOOR = 18.0


def normal(channel: str, at: datetime) -> float:
    """Return what a channel reads while nothing is wrong, in °C or %."""
    middle, swing = NORMAL[channel]
    seconds = at.timestamp()
    if channel == LEVEL:
        return round(middle - swing * (seconds % FILLED_EVERY) / FILLED_EVERY, 2)
    day = math.sin(seconds / 86_400 * math.tau + len(channel))
    cycle = math.sin(seconds / 1_260 * math.tau) * 0.3
    grain = ((int(seconds) * 2_654_435_761 + len(channel)) % 1_000) / 5_000
    return round(middle + swing * day + cycle + grain, 2)


def now(channel: str, at: datetime) -> float | None:
    """Return what a channel reads now: one door stands open, one probe fell silent."""
    if channel == FALLEN_SILENT:
        return None
    return normal(channel, at) + (OPEN_DOOR if channel == DOOR_LEFT_OPEN else 0.0)


def readings(units: str, at: datetime) -> Iterator[dict[str, object]]:
    """Yield what the channels of these units, named with commas, read or say."""
    wanted = tuple(f"{unit}-" for unit in units.split(",") if unit)
    for channel in NORMAL:
        value = now(channel, at)
        if channel.startswith(wanted) and value is not None:
            yield {"channel": channel, "at": at.isoformat(), "value": value}
    for channel in CONTACTS:
        if channel.startswith(wanted):
            state = "open" if is_on_now(channel, at) else "closed"
            yield {"channel": channel, "at": at.isoformat(), "value": state}


class _Freezers(BaseHTTPRequestHandler):
    """Answers as a gateway does: `/LN2-01,ULT-01` gives a list of readings."""

    def do_GET(self) -> None:
        """Answer with what the probes read now."""
        at = datetime.now(UTC).replace(microsecond=0)
        body = json.dumps(list(readings(self.path.strip("/"), at))).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of each question."""


def serve() -> None:
    """Answer for ever; a port that another demo holds is tried again, that demo answers alike."""
    while True:
        try:
            with ThreadingHTTPServer((HOST, port()), _Freezers) as server:
                server.serve_forever()
        except OSError:
            time.sleep(TAKEN_PATIENCE)
