"""Sources that answer over HTTP with JSON: a mapping says where in it the readings are."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from temperature.arrivals import Arrival, Fault, Sample
from temperature.feeds.adapter import Adapter, Ask, FeedFailed, TooMuch
from temperature.feeds.catching_up import Coverage, LeftOut, Window
from temperature.feeds.http_client import Request, answer_to, parsed
from temperature.feeds.http_settings import KEY, HttpJsonSettings, filled
from temperature.feeds.times import Times, UnreadableTime
from temperature.feeds.values import Unit, UnreadableValue, Value, of_number, ways
from temperature.models import FeedKind, Flag, IntakeKind

MOST_WINDOWS, WINDOWS_SECONDS = 10, 20
"""In one asking, of what was left out: the rest comes with the next ones."""
MOST_READINGS = 100_000


def read(settings: HttpJsonSettings, ask: Ask) -> Iterator[Arrival]:
    """
    Ask for the newest readings and yield them, then for what earlier answers left out.

    An answer that says nothing of a channel, or not all that it was asked for, is asked for again
    a few times, in windows, the oldest first; then it stays a gap, and nothing is filled in.
    Raises FeedFailed. Source: REQUIREMENTS C4; URS-28, URS-108.
    """
    if not settings.reaches_back:
        nothing = Coverage(ask)
        yield _answer(settings, ask, nothing.front(), nothing)
        return
    coverage = Coverage(ask)
    yield from _newest(settings, ask, coverage)
    if not ask.is_trial:
        yield from _left_out(settings, ask, coverage)


def _newest(settings: HttpJsonSettings, ask: Ask, coverage: Coverage) -> Iterator[Arrival]:
    """Ask for the newest stretch; where that is too much, say so and ask for the newer half."""
    while True:
        window = coverage.front()
        try:
            arrival = _answer(settings, ask, window, coverage)
        except TooMuch as failed:
            if not coverage.too_much(window, failed.words):
                raise
            if not ask.is_trial:
                yield _noted(_nothing(settings), coverage)
            continue
        coverage.answered(window, arrival.samples)
        yield _noted(arrival, coverage)
        return


def _left_out(settings: HttpJsonSettings, ask: Ask, coverage: Coverage) -> Iterator[Arrival]:
    reaches_all = "{channels}" not in settings.url + settings.post
    ends_at = time.monotonic() + WINDOWS_SECONDS
    for _ in range(MOST_WINDOWS):
        due = next(coverage.due(reaches_all=reaches_all), None)
        if due is None or time.monotonic() > ends_at:
            return
        arrival = _part(settings, ask, coverage, *due)
        yield replace(_noted(arrival, coverage), is_backfill=True)


def _part(
    settings: HttpJsonSettings, ask: Ask, coverage: Coverage, row: LeftOut, window: Window
) -> Arrival:
    """Ask for a part of what was left out; where that is too much, the next part is smaller."""
    try:
        arrival = _answer(settings, ask, window, coverage)
    except FeedFailed as failed:
        if isinstance(failed, TooMuch) and coverage.too_much(window, failed.words):
            return _nothing(settings)
        if failed.retry_after is not None:
            raise
        coverage.failed(row, failed.words)
        return _nothing(settings)
    coverage.filled(row, window, arrival.samples)
    return arrival


def _answer(settings: HttpJsonSettings, ask: Ask, window: Window, coverage: Coverage) -> Arrival:
    """Ask once, for one window."""
    body = answer_to(
        _request(settings, ask, window),
        connect_seconds=settings.connect_seconds,
        deadline_seconds=settings.deadline_seconds,
    )
    samples, faults = mapped(parsed(body), settings)
    if settings.reaches_back:
        coverage.outside(window, samples)
    return replace(_nothing(settings), body=body, samples=samples, faults=faults)


def _nothing(settings: HttpJsonSettings) -> Arrival:
    kept = settings.model_dump(mode="json")
    return Arrival(kind=IntakeKind.POLLED, body=b"", samples=[], settings=kept)


def _noted(arrival: Arrival, coverage: Coverage) -> Arrival:
    """Return an arrival with what the next asking must know, and what is to be told."""
    coverage.join()
    faults = [*arrival.faults, *coverage.faults]
    coverage.faults.clear()
    return replace(arrival, faults=faults, settings={**arrival.settings, **coverage.note()})


def mapped(answer: object, settings: HttpJsonSettings) -> tuple[list[Sample], list[Fault]]:
    """
    Return the readings of an answer, and each entry that is none with the reason.

    Raises FeedFailed: there is no list where it should be.
    """
    samples: list[Sample] = []
    faults: list[Fault] = []
    times, contacts = Times(settings.time_format, settings.zone), ways(settings.contacts)
    for where, channel, point in _points(answer, settings):
        if len(samples) + len(faults) >= MOST_READINGS:
            raise TooMuch(f"It answered more than {MOST_READINGS:,} readings at once.")
        try:
            name = _name(channel)
            at = times.read(_text(_at(point, settings.time)))
            value, flags = _value(point, Unit(contacts.get(name, settings.unit)), settings)
        except (UnreadableTime, UnreadableValue) as fault:
            faults.append(Fault(where, f"{fault}."))
        else:
            samples.append(Sample(name, at, value, flags))
    return samples, faults


def _request(settings: HttpJsonSettings, ask: Ask, window: Window) -> Request:
    since, now = (str(int(at.timestamp())) for at in (window.begins_at, window.ends_at))
    channels = sorted(window.channels)
    said = {"{since}": since, "{now}": now}
    url = filled(settings.url, said | {"{channels}": quote(",".join(channels), safe=",")})
    headers = {"Accept": "application/json", **_authorisation(settings, ask.secret)}
    if not settings.post:
        return Request(url, headers=headers)
    listed = ", ".join(name if name.isdecimal() else json.dumps(name) for name in channels)
    body = filled(settings.post, said | {"{channels}": listed}).encode()
    headers["Content-Type"] = "application/json"
    return Request(url, headers=headers, method="POST", body=body)


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
