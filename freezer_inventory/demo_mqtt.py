"""The tank of the demo that publishes over MQTT, and the broker that keeps its messages."""

import json
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from freezer_inventory.demo_freezers import (
    HOST,
    MQTT_UNIT,
    TAKEN_PATIENCE,
    broker_port,
    readings,
)

BROKER = "mosquitto"
PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
"""Where distributions put it, beside what the search path names."""
EVERY = 20.0  # seconds
QOS = 1
MISSING = (
    f"No MQTT broker is installed: {MQTT_UNIT} is read over HTTP instead. With {BROKER} installed "
    "before the demo data are loaded, it publishes over MQTT."
)


def is_served() -> bool:
    """Say whether messages can be kept: a broker is installed, or answers already."""
    return program() is not None or answers()


def answers() -> bool:
    """Say whether something listens where the broker would, such as one in a container."""
    with suppress(OSError), socket.create_connection((HOST, broker_port()), timeout=1):
        return True
    return False


def program() -> str | None:
    """Return the program of the broker; None where none is installed."""
    return shutil.which(BROKER) or shutil.which(BROKER, path=":".join(PLACES))


def configure(file: Path) -> Path:
    """Write what the broker is told: this machine only, nothing kept on disk."""
    lines = (f"listener {broker_port()} {HOST}", "allow_anonymous true", "persistence false")
    file.write_text("\n".join((*lines, "")))
    return file


def messages(number: int, at: datetime) -> Iterator[tuple[str, str]]:
    """Yield topic and content of what is published in one round."""
    for reading in readings(MQTT_UNIT, at):
        topic = f"site/BOS/unit/{MQTT_UNIT}/probe/{reading['channel']}/t"
        content = {"seq": number, "t_device": reading["at"], "v": reading["value"], "uom": "C"}
        yield topic, json.dumps({**content, "status": "ok"})


def _publish() -> None:
    client = Client(CallbackAPIVersion.VERSION2, client_id=f"demo-{MQTT_UNIT}")
    client.connect(HOST, broker_port(), keepalive=60)
    client.loop_start()
    for number in count():
        at = datetime.now(UTC).replace(microsecond=0)
        for topic, content in messages(number, at):
            client.publish(topic, content, qos=QOS)
        time.sleep(EVERY)


def serve() -> None:
    """Publish for ever; while the broker cannot be reached, it is tried again."""
    while True:
        try:
            _publish()
        except OSError:
            time.sleep(TAKEN_PATIENCE / 5)


if __name__ == "__main__":
    serve()
