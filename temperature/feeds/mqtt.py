"""Sources that publish over MQTT: the broker keeps their messages until they are stored."""

import json
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from queue import Empty, Queue
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from pydantic import Field

from temperature.arrivals import Arrival, Fault, Sample
from temperature.feeds.adapter import Adapter, Ask, FeedFailed, Settings
from temperature.feeds.certificates import context_for
from temperature.feeds.times import EPOCH, ISO, Times, UnreadableTime
from temperature.feeds.values import OF_CONTACTS, Contacts, Unit, UnreadableValue, of_number, ways
from temperature.models import FeedKind, Flag, IntakeKind

UNITS = {
    **dict.fromkeys(["", "c", "°c", "cel", "degc", "celsius"], Unit.CELSIUS),
    **dict.fromkeys(["f", "°f", "degf", "fahrenheit"], Unit.FAHRENHEIT),
    **dict.fromkeys(["k", "kelvin"], Unit.KELVIN),
    "%": Unit.PERCENT,
}
GOOD = {"", "ok", "good", "normal"}
MOST_MESSAGES = 20_000
LARGEST_BYTES = 10_000
QOS = 1
SEQUENCES = "sequences"


class MqttSettings(Settings):
    """Which broker, which topic, and as whom."""

    host: str = Field(
        title="Address of the broker",
        description="Name or IP address, such as broker.example.",
        pattern=r"^[A-Za-z0-9.:_-]{1,253}$",
    )
    port: int = Field(
        8883, title="Port", description="8883 with TLS, 1883 without.", ge=1, le=65_535
    )
    tls: bool = Field(default=True, title="The broker must prove who it is (TLS)")
    certificate: str = Field(
        "",
        title="Our certificate",
        description="PEM, where the broker asks for one; its private key is then the secret.",
        max_length=20_000,
    )
    client_id: str = Field(
        title="Our name at the broker",
        description="It keeps messages for us under this name: another one for each source, "
        "such as freezer-inventory-1.",
        min_length=1,
        max_length=100,
    )
    user: str = Field("", title="User at the broker", description="Empty for none.", max_length=100)
    topic: str = Field(
        "site/+/unit/+/probe/+/t",
        title="Topic that is listened to",
        description="+ stands for any one level, such as site/+/unit/+/probe/+/t.",
        min_length=1,
        max_length=200,
    )
    channel_level: int = Field(
        6,
        title="Which level of the topic is the channel",
        description="Counted from 1: in site/A/unit/B/probe/TP-1/t it is 6.",
        ge=1,
        le=20,
    )
    contacts: Contacts = Field([], title="Contacts", description=OF_CONTACTS)
    last_wills: str = Field(
        "",
        title="Topic of last wills",
        description="Messages that the broker sends for who went away; empty for none.",
        max_length=200,
    )
    quiet_seconds: float = Field(
        1, title="All have come after so many seconds of silence", ge=0.2, le=10
    )
    deadline_seconds: float = Field(15, title="Longest for all of it, in seconds", ge=2, le=60)


def read(settings: MqttSettings, ask: Ask) -> Iterator[Arrival]:
    """
    Fetch what the broker kept since the last time, and acknowledge it once it is stored.

    The session is kept and each message goes with quality of service 1: a worker that dies in
    the middle gets the same again. Messages whose numbers leave a gap, and last wills, are told.
    Raises FeedFailed. Source: REQUIREMENTS C4; URS-28, URS-108.
    """
    listening = _Listening(settings, ask.secret)
    try:
        messages = listening.fetch()
        if messages:
            yield _arrival(settings, messages, ask.before)
            if not ask.is_trial:
                listening.acknowledge(messages)
    finally:
        listening.leave()


class _Listening:
    """One connection to a broker."""

    def __init__(self, settings: MqttSettings, secret: str) -> None:
        self.settings = settings
        self.heard: Queue[MQTTMessage] = Queue()
        self.answers: Queue[str] = Queue()
        self.client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=settings.client_id,
            clean_session=False,
            manual_ack=True,
            reconnect_on_failure=False,
        )
        if settings.user:
            password = None if settings.certificate else secret
            self.client.username_pw_set(settings.user, password)
        if settings.tls:
            self.client.tls_set_context(context_for(settings.certificate, secret))
        self.client.on_connect = self._connected
        self.client.on_subscribe = self._subscribed
        self.client.on_message = self._hear
        self.client.on_disconnect = self._lost

    def fetch(self) -> list[MQTTMessage]:
        """Return the messages that wait; raises FeedFailed when the broker does not let us in."""
        host, ends_at = self.settings.host, time.monotonic() + self.settings.deadline_seconds
        self.client.connect_timeout = min(5.0, self.settings.deadline_seconds)
        try:
            self.client.connect(host, self.settings.port, keepalive=30)
        except OSError as fault:
            raise FeedFailed(f"{host} cannot be reached: {_why(fault)}.") from None
        self.client.loop_start()
        try:
            refused = self.answers.get(timeout=self.settings.deadline_seconds)
        except Empty:
            raise FeedFailed(f"{host} did not answer as a broker does.") from None
        if refused:
            raise FeedFailed(f"{host} does not let us in: {refused}.")
        return self._gather(ends_at)

    def _gather(self, ends_at: float) -> list[MQTTMessage]:
        messages: list[MQTTMessage] = []
        while len(messages) < MOST_MESSAGES and time.monotonic() < ends_at:
            try:
                messages.append(self.heard.get(timeout=self.settings.quiet_seconds))
            except Empty:
                break
        return messages

    def acknowledge(self, messages: list[MQTTMessage]) -> None:
        """Tell the broker that messages are stored."""
        for message in messages:
            self.client.ack(message.mid, message.qos)

    def leave(self) -> None:
        """End the connection; the broker goes on keeping messages."""
        with suppress(OSError, RuntimeError):
            self.client.disconnect()
        self.client.loop_stop()

    def _connected(self, client: Client, _: Any, __: Any, reason: Any, ___: Any) -> None:
        if reason.is_failure:
            self.answers.put(str(reason))
            return
        topics = [self.settings.topic, self.settings.last_wills]
        client.subscribe([(topic, QOS) for topic in topics if topic])

    def _subscribed(self, _: Client, __: Any, ___: int, reasons: Any, ____: Any) -> None:
        failed = [str(reason) for reason in reasons if reason.is_failure]
        self.answers.put(failed[0] if failed else "")

    def _lost(self, _: Client, __: Any, ___: Any, reason: Any, ____: Any) -> None:
        self.answers.put(f"it closed the connection ({reason}); it may ask for a certificate")

    def _hear(self, _: Client, __: Any, message: MQTTMessage) -> None:
        self.heard.put(message)


def _why(fault: OSError) -> str:
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"it does not prove who it is (TLS: {fault.verify_message[:80]})"
    return fault.strerror or type(fault).__name__


def _arrival(
    settings: MqttSettings, messages: list[MQTTMessage], before: Mapping[str, object]
) -> Arrival:
    reading = _Reading(settings, before)
    for message in messages:
        reading.take(message.topic, bytes(message.payload))
    body = "\n".join(
        f"{message.topic} {bytes(message.payload).decode('utf-8', 'replace')}"
        for message in messages
    )
    return Arrival(
        kind=IntakeKind.POLLED,
        body=body.encode(),
        samples=reading.samples,
        faults=reading.faults,
        is_original_kept=True,
        settings=settings.model_dump(mode="json") | {SEQUENCES: reading.sequences},
    )


class _Reading:
    """The readings in messages, in the order in which they came."""

    def __init__(self, settings: MqttSettings, before: Mapping[str, object]) -> None:
        kept = before.get(SEQUENCES)
        self.settings = settings
        self.sequences: dict[str, int] = dict(kept) if isinstance(kept, dict) else {}
        self.times = {str: Times(ISO, ""), int: Times(EPOCH, ""), float: Times(EPOCH, "")}
        self.samples: list[Sample] = []
        self.faults: list[Fault] = []

    def take(self, topic: str, payload: bytes) -> None:
        """Take one message, or tell why it is no reading."""
        levels = topic.split("/")
        if len(levels) < self.settings.channel_level:
            self.faults.append(Fault(topic, "Something went away (last will)."))
            return
        channel = levels[self.settings.channel_level - 1]
        try:
            said = _object(payload)
            self._follow(channel, topic, said.get("seq"))
            self.samples.append(self._sample(channel, said))
        except (UnreadableTime, UnreadableValue) as fault:
            self.faults.append(Fault(topic, f"{fault}."))

    def _sample(self, channel: str, said: Mapping[str, object]) -> Sample:
        told = said.get("t_device")
        times = self.times.get(type(told))
        status = str(said.get("status") or "").lower()
        if times is None:
            went = "The last will came: the sender went away" if status == "offline" else "No time"
            raise UnreadableTime(went)
        unit = self._unit(channel, str(said.get("uom") or ""))
        if unit is None:
            raise UnreadableValue(f"“{str(said.get('uom'))[:20]}” is no unit of a reading")
        value, flags = of_number(said.get("v"), unit)
        if status not in GOOD:
            flags |= Flag.FAULT
        return Sample(channel, times.read(str(told)), value, flags)

    def _unit(self, channel: str, said: str) -> Unit | None:
        """Return what a value is written in; of a contact the settings say it."""
        way = ways(self.settings.contacts).get(channel)
        return UNITS.get(said.lower()) if way is None else Unit(way)

    def _follow(self, channel: str, topic: str, number: object) -> None:
        """Tell when messages are missing before this one; a sender that begins anew misses none."""
        if not isinstance(number, int) or isinstance(number, bool):
            return
        last = self.sequences.get(channel)
        if last is not None and number > last + 1:
            words = f"{number - last - 1} messages before number {number} never came."
            self.faults.append(Fault(topic, words))
        if last is None or number > last or number == 0:
            self.sequences[channel] = number


def _object(payload: bytes) -> Mapping[str, object]:
    if len(payload) > LARGEST_BYTES:
        raise UnreadableValue("The message is longer than any reading")
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError) as fault:
        shown = payload[:40].decode("utf-8", "replace")
        raise UnreadableValue(f"“{shown}” is no JSON") from fault
    if not isinstance(found, dict):
        raise UnreadableValue("It holds no reading")
    return found


def fault_of_secret(settings: MqttSettings, secret: str) -> str:
    """Say why the secret is no private key of our certificate; empty where none is needed."""
    if not settings.certificate:
        return ""
    try:
        context_for(settings.certificate, secret)
    except FeedFailed as failed:
        return failed.words
    return ""


ADAPTER = Adapter(
    kind=FeedKind.MQTT,
    settings=MqttSettings,
    read=read,
    credentials="Password, or private key of our certificate (PEM)",
    fault_of_secret=fault_of_secret,
)
