"""The tanks of the demo that speak Modbus and MQTT are read by the very adapters of the product."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from freezer_inventory import demo, demo_freezers, demo_modbus, demo_mqtt
from freezer_inventory.embedded import processes
from temperature.arrivals import Arrival
from temperature.feeds import modbus_tcp, mqtt
from temperature.feeds.adapter import Ask, FeedFailed
from tests.temperature.feeds.broker import running

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20.0


def asked(*channels: str) -> Ask:
    """Ask now, for these channels."""
    return Ask(secret="", channels=frozenset(channels), at=datetime.now(UTC))


@pytest.fixture
def device() -> Iterator[int]:
    """Run the tank in a process of its own; yield its port."""
    port = processes.free_port()
    own = os.environ | {"DEMO_FREEZERS_PORT": str(port - 1)}
    command = [sys.executable, "-m", demo_modbus.__name__]
    with subprocess.Popen(command, env=own, cwd=ROOT) as process:
        yield port
        process.terminate()


def answer(settings: modbus_tcp.ModbusSettings) -> Arrival:
    """Read the tank, once it has started."""
    ends_at = time.monotonic() + PATIENCE
    while time.monotonic() < ends_at:
        with suppress(FeedFailed):
            return next(modbus_tcp.read(settings, asked(*demo_modbus.CHANNELS)))
        time.sleep(0.1)
    raise AssertionError("The tank does not answer")


def test_a_tank_is_read_over_modbus(device: int) -> None:
    settings = modbus_tcp.ModbusSettings.model_validate(
        {"host": demo_freezers.HOST, "port": device, "map_name": "Demo", "map_version": "1"}
        | {"registers": demo_modbus.register_map()}
    )
    arrival = answer(settings)

    expected = demo_freezers.normal("LN2-02-lid", datetime.now(UTC))
    assert [sample.channel for sample in arrival.samples] == ["LN2-02-lid"]
    assert arrival.samples[0].value == pytest.approx(expected, abs=0.5)


def test_a_tank_publishes_what_the_source_of_the_demo_listens_to() -> None:
    at = datetime.now(UTC).replace(microsecond=0)
    with running() as (broker, port):
        for topic, content in demo_mqtt.messages(1, at):
            broker.publish(topic, content)
        settings = mqtt.MqttSettings.model_validate(
            {"host": demo_freezers.HOST, "port": port, "tls": False, "client_id": "demo"}
            | {"quiet_seconds": 0.2}
        )

        arrival = next(mqtt.read(settings, asked("LN2-11-lid")))

    expected = demo_freezers.normal("LN2-11-lid", at)
    assert [tuple(sample)[:3] for sample in arrival.samples] == [("LN2-11-lid", at, expected)]
    assert arrival.faults == []


def test_says_so_where_no_broker_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEMO_FREEZERS_PORT", str(processes.free_port()))
    monkeypatch.setattr(demo_mqtt, "program", lambda: None)
    assert demo._over_mqtt(tmp_path / "broker.conf") == []
    assert "LN2-11 is read over HTTP instead" in capsys.readouterr().out
    assert not demo_mqtt.is_served()

    monkeypatch.setattr(demo_mqtt, "program", lambda: "/usr/sbin/mosquitto")
    programs = demo._over_mqtt(tmp_path / "broker.conf")

    assert [program.name for program in programs] == ["broker", "freezer-mqtt"]
    listener = f"listener {demo_freezers.broker_port()} 127.0.0.1"
    assert listener in (tmp_path / "broker.conf").read_text()


def test_the_broker_for_development_is_reached_from_this_machine_only() -> None:
    file = yaml.safe_load((ROOT / "docker-compose.development.yml").read_text())

    [broker] = file["services"].values()
    assert broker["image"].startswith("eclipse-mosquitto:2.")
    assert broker["ports"][0].startswith("127.0.0.1:")
    assert str(demo_freezers.DEFAULT_PORT + 2) in broker["ports"][0]
