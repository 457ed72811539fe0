"""A real broker that lets in only who proves by a certificate who they are."""

import json
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from freezer_inventory.demo_mqtt import program
from freezer_inventory.embedded.processes import free_port
from temperature.arrivals import Arrival
from temperature.feeds.adapter import Ask, FeedFailed
from temperature.feeds.mqtt import MqttSettings, read
from tests.world import NOON

BROKER = program()
pytestmark = [
    pytest.mark.urs("URS-28", "URS-108"),
    pytest.mark.skipif(BROKER is None, reason="no mosquitto is installed: `make test` brings it"),
]
PATIENCE = 15  # seconds
TOPIC = "site/BSL/unit/LN2-01/probe/TP/t"


@dataclass(frozen=True)
class Authority:
    """Who says who somebody is; its files lie in a folder of the test."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def prove(self, name: str) -> tuple[Path, Path]:
        """Return the files of a certificate for a name, and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        return _kept(self.folder, name, key, _signed(name, key, self.certificate.subject, self.key))


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def _signed(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    by: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .sign(by, hashes.SHA256())
    )


def _kept(
    folder: Path, name: str, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate
) -> tuple[Path, Path]:
    pem = serialization.Encoding.PEM
    files = folder / f"{name}.crt", folder / f"{name}.key"
    files[0].write_bytes(certificate.public_bytes(pem))
    files[1].write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    for file in files:
        file.chmod(0o644)  # the broker gives root away before it reads them
    return files


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Return an authority that this process trusts."""
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    key = ec.generate_private_key(ec.SECP256R1())
    own = _signed("authority", key, _name("authority"), key, is_authority=True)
    _kept(tmp_path, "authority", key, own)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.crt"))
    return Authority(tmp_path, key, own)


@pytest.fixture
def broker(authority: Authority, tmp_path: Path) -> Iterator[int]:
    """Run a broker that asks everybody for a certificate; return its port."""
    certificate, key = authority.prove("localhost")
    port, told = free_port(), tmp_path / "broker.conf"
    told.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nrequire_certificate true\n"
        f"cafile {tmp_path / 'authority.crt'}\ncertfile {certificate}\nkeyfile {key}\n"
    )
    assert BROKER is not None
    with subprocess.Popen([BROKER, "-c", str(told)], stderr=subprocess.DEVNULL) as process:
        yield port
        process.terminate()


def asked(port: int, certificate: Path | None, key: Path | None) -> Iterator[Arrival]:
    """Fetch once, with line breaks lost as an entry field loses them."""
    flat = [
        "" if file is None else file.read_text().replace("\n", " ") for file in (certificate, key)
    ]
    settings = MqttSettings.model_validate(
        {"host": "localhost", "port": port, "client_id": "portal", "certificate": flat[0],
         "quiet_seconds": 0.3, "deadline_seconds": 5}
    )  # fmt: skip
    ask = Ask(secret=flat[1], channels=frozenset(), at=NOON, before={}, is_trial=False)
    return read(settings, ask)


def knocked(port: int, certificate: Path, key: Path) -> None:
    """Fetch until the broker has started; from then on it keeps what is published."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            assert list(asked(port, certificate, key)) == []
        except FeedFailed:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return


def publish(port: int, certificate: Path, key: Path, *values: float) -> None:
    """Publish readings as a sensor does that has a certificate of its own."""
    context = ssl.create_default_context()
    context.load_cert_chain(certificate, key)
    sensor = Client(CallbackAPIVersion.VERSION2, client_id="sensor")
    sensor.tls_set_context(context)
    sensor.connect("localhost", port)
    sensor.loop_start()
    for number, value in enumerate(values, start=1):
        said = {"v": value, "uom": "C", "t_device": f"2026-11-20T12:0{number}:00Z", "seq": number}
        sensor.publish(TOPIC, json.dumps(said), qos=1).wait_for_publish(PATIENCE)
    sensor.disconnect()
    sensor.loop_stop()


def test_keeps_what_was_published_until_it_is_stored(authority: Authority, broker: int) -> None:
    ours, sensor = authority.prove("portal"), authority.prove("sensor")
    knocked(broker, *ours)
    publish(broker, *sensor, -190.5, -190.25)

    died = asked(broker, *ours)
    first = next(died)
    died.close()  # type: ignore[attr-defined] # a generator, as a worker that dies leaves it
    [again] = asked(broker, *ours)

    assert [sample.value for sample in first.samples] == [-190.5, -190.25]
    assert again.samples == first.samples
    assert list(asked(broker, *ours)) == []


def test_lets_nobody_in_without_a_certificate_of_the_authority(
    authority: Authority, broker: int
) -> None:
    ours, other = authority.prove("portal"), authority.prove("other")
    knocked(broker, *ours)

    with pytest.raises(FeedFailed, match="it may ask for a certificate"):
        next(asked(broker, None, None))
    with pytest.raises(FeedFailed, match="do not belong together"):
        next(asked(broker, ours[0], other[1]))
    with pytest.raises(FeedFailed, match="do not belong together"):
        next(asked(broker, ours[0], None))
