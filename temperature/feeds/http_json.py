"""Sources that answer over HTTP with JSON: a mapping says where in it the readings are."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import Field, field_validator

from temperature.arrivals import Arrival, Fault, Sample
from temperature.feeds.adapter import Adapter, Ask, FeedFailed, Settings
from temperature.feeds.http_client import fault_of_address, get, parsed
from temperature.feeds.times import Times, UnreadableTime, fault_of_pattern, is_zone
from temperature.feeds.values import OF_CONTACTS, Contacts, Unit, UnreadableValue, Value, of_number
from temperature.models import FeedKind, Flag, IntakeKind

KEY = "@key"
FARTHEST_BACK = timedelta(days=7)
FIRST_TIME = timedelta(hours=1)
MOST_READINGS = 100_000
Seconds = Annotated[float, Field(ge=1, le=30)]
Path = Annotated[str, Field(max_length=100)]


class HttpJsonSettings(Settings):
    """Where to ask, who we are, and where in the answer a reading's parts are."""

    url: str = Field(
        title="Address to ask",
        description="Such as "
        "https://logger.example/api?from={since}&to={now}&channels={channels}: "
        "{since} and {now} become epoch seconds, {channels} the channels with "
        "commas.",
        max_length=500,
    )
    authorisation: Literal["none", "bearer", "header"] = Field(
        "bearer",
        title="How the secret is sent",
        description="“bearer” as a token, “header” under a name of its own, “none” not at all.",
    )
    header: str = Field(
        "X-API-Key",
        title="Name of that header",
        description="Only for “header”.",
        pattern=r"^[A-Za-z0-9-]{1,60}$",
    )
    list_path: Path = Field(
        "",
        title="Where the list of channels is",
        description="Path in the answer, such as data or data.locations; empty where the "
        "answer is the list.",
    )
    points_path: Path = Field(
        "",
        title="Where a channel keeps its readings",
        description="Path from an entry of the list, such as attributes.samples; empty where "
        "each entry is one reading.",
    )
    channel: Path = Field(
        "channel",
        title="Where the name of the channel is",
        description="Path from an entry, such as id; @key where the list is named by channel.",
    )
    time: Path = Field(
        "at",
        title="Where the time of a reading is",
        description="Path from a reading, such as t or measured_at.",
    )
    value: Path = Field(
        "value",
        title="Where its value is",
        description="Path from a reading, such as v or temperature.",
    )
    status: Path = Field(
        "",
        title="Where its status is",
        description="Path from a reading, such as s; empty where there is none.",
    )
    good: list[str] = Field(
        ["ok", "0", "good", "normal"],
        title="Statuses without a fault",
        description="One a line; every other status marks the reading as faulty.",
    )
    time_format: str = Field(
        "iso",
        title="How times are written",
        description="iso, epoch, epoch_ms, or a pattern such as %Y-%m-%d %H:%M:%S.",
        max_length=60,
    )
    zone: str = Field(
        "",
        title="Time zone of its times",
        description="Such as Europe/Zurich; empty where each time says its own.",
        max_length=60,
    )
    unit: Literal["C", "F", "K", "%"] = Field("C", title="Unit of the values")
    contacts: Contacts = Field({}, title="Contacts", description=OF_CONTACTS)
    connect_seconds: Seconds = Field(5, title="Longest to reach it, in seconds")
    deadline_seconds: Seconds = Field(15, title="Longest for all of it, in seconds")

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if fault := fault_of_address(url):
            raise ValueError(fault)
        return url

    @field_validator("time_format")
    @classmethod
    def _readable_pattern(cls, form: str) -> str:
        if fault := fault_of_pattern(form):
            raise ValueError(fault)
        return form

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone and not is_zone(zone):
            raise ValueError(f"“{zone}” is no time zone")
        return zone


def read(settings: HttpJsonSettings, ask: Ask) -> Iterator[Arrival]:
    """
    Ask once and yield what was answered.

    An answer that says nothing of a channel leaves a gap; nothing is filled in.
    Raises FeedFailed. Source: REQUIREMENTS C4; URS-28, URS-108.
    """
    body = get(
        _address(settings, ask),
        headers={"Accept": "application/json", **_authorisation(settings, ask.secret)},
        connect_seconds=settings.connect_seconds,
        deadline_seconds=settings.deadline_seconds,
    )
    samples, faults = mapped(parsed(body), settings)
    yield Arrival(
        kind=IntakeKind.POLLED,
        body=body,
        samples=samples,
        faults=faults,
        settings=settings.model_dump(mode="json"),
    )


def mapped(answer: object, settings: HttpJsonSettings) -> tuple[list[Sample], list[Fault]]:
    """
    Return the readings of an answer, and each entry that is none with the reason.

    Raises FeedFailed: there is no list where it should be.
    """
    samples: list[Sample] = []
    faults: list[Fault] = []
    times = Times(settings.time_format, settings.zone)
    for where, channel, point in _points(answer, settings):
        if len(samples) + len(faults) >= MOST_READINGS:
            raise FeedFailed(f"It answered more than {MOST_READINGS:,} readings at once.")
        try:
            name = _name(channel)
            at = times.read(_text(_at(point, settings.time)))
            value, flags = _value(point, Unit(settings.contacts.get(name, settings.unit)), settings)
        except (UnreadableTime, UnreadableValue) as fault:
            faults.append(Fault(where, f"{fault}."))
        else:
            samples.append(Sample(name, at, value, flags))
    return samples, faults


def _address(settings: HttpJsonSettings, ask: Ask) -> str:
    since = ask.since or ask.at - FIRST_TIME
    since = max(since, ask.at - FARTHEST_BACK)
    filled = {
        "{since}": str(int(since.timestamp())),
        "{now}": str(int(ask.at.timestamp())),
        "{channels}": quote(",".join(sorted(ask.channels)), safe=","),
    }
    url = settings.url
    for name, value in filled.items():
        url = url.replace(name, value)
    return url


def _authorisation(settings: HttpJsonSettings, secret: str) -> dict[str, str]:
    if settings.authorisation == "none":
        return {}
    if fault := fault_of_secret(settings, secret):
        raise FeedFailed(fault)
    if settings.authorisation == "bearer":
        return {"Authorization": f"Bearer {secret}"}
    return {settings.header: secret}


def fault_of_secret(settings: HttpJsonSettings, secret: str) -> str:
    """Say why the secret cannot be sent as the settings want it; empty where it can."""
    if settings.authorisation == "none":
        return ""
    if not secret:
        return "It has no secret that can be sent. Enter one, or choose “none” to send none."
    if not secret.isascii() or not secret.isprintable():
        return "It has no secret that can be sent: enter one of plain letters, digits and signs."
    return ""


def _points(answer: object, settings: HttpJsonSettings) -> Iterator[tuple[str, object, object]]:
    """Yield where a reading stands, its channel, and the reading itself."""
    for name, entry in _entries(_at(answer, settings.list_path), settings.list_path):
        channel = name if settings.channel == KEY else _at(entry, settings.channel)
        if not settings.points_path:
            yield name, channel, entry
            continue
        path = f"{name}.{settings.points_path}"
        for number, point in _entries(_at(entry, settings.points_path), path):
            yield f"{path}.{number}", channel, point


def _entries(found: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(found, list):
        yield from ((str(number), entry) for number, entry in enumerate(found))
    elif isinstance(found, dict):
        yield from found.items()
    elif found is not None:
        raise FeedFailed(f"There is no list at “{path}” in its answer. Change the mapping.")


def _at(found: object, path: str) -> object:
    """Return what a path such as `attributes.samples.0` leads to; None where it leads nowhere."""
    for step in path.split(".") if path else ():
        if isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(found, Sequence) and not isinstance(found, str) and step.isdecimal():
            found = found[int(step)] if int(step) < len(found) else None
        else:
            return None
    return found


def _name(channel: object) -> str:
    if not isinstance(channel, str | int) or isinstance(channel, bool):
        raise UnreadableValue("It names no channel")
    return str(channel)


def _text(found: object) -> str:
    if found is None or isinstance(found, bool) or not isinstance(found, str | int | float):
        raise UnreadableTime(f"“{str(found)[:40]}” is no time")
    return str(found)


def _value(point: object, unit: Unit, settings: HttpJsonSettings) -> Value:
    value, flags = of_number(_at(point, settings.value), unit)
    if settings.status:
        status = str(_at(point, settings.status)).strip().lower()
        if status not in {good.lower() for good in settings.good}:
            flags |= Flag.FAULT
    return value, flags


ADAPTER = Adapter(
    kind=FeedKind.HTTP_JSON,
    settings=HttpJsonSettings,
    read=read,
    credentials="Token or key",
    fault_of_secret=fault_of_secret,
)
