"""The contacts of the demo's freezers: when a door is open or a tank fills, and what was left."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache

DOOR, LID, MAINS = "ULT-01-door", "LN2-02-door", "LN2-02-mains"
FILLING = "LN2-03-filling"
CONTACTS = (DOOR, LID, MAINS, FILLING)
FILLED_EVERY = 3 * 86_400
"""Seconds from one fill to the next; each begins at midnight UTC."""
FILL_LASTS = timedelta(minutes=20)
LEFT_OPEN_FOR = timedelta(minutes=4)
"""So long one door stood open already when the demo's data were loaded."""
FIRST, LAST = 6 * 3600, 16 * 3600  # seconds of a day in UTC, between which people work
OPENINGS = {DOOR: (5, 11), LID: (1, 4)}
"""How often each is opened on a working day, at least and at most."""
SATURDAY = 5


def is_on(channel: str, at: datetime) -> bool:
    """Say what a contact says while nothing is wrong: 1 only while somebody is at the door."""
    return any(began <= at < ended for began, ended in _of_day(channel, at.astimezone(UTC).date()))


def is_on_now(channel: str, at: datetime) -> bool:
    """Say what a contact says now: one door was left open."""
    return channel == DOOR or is_on(channel, at)


def past(
    channel: str, *, since: datetime, until: datetime, every: timedelta
) -> Iterator[tuple[datetime, float]]:
    """Yield what a contact said: at every opening and closing, and in between that it is there."""
    ends = until - LEFT_OPEN_FOR if channel == DOOR else until
    told: dict[datetime, float] = {}
    at = since
    while at <= ends:
        told[at] = float(is_on(channel, at))
        at += every
    for began, ended in _spans(channel, since, ends):
        told |= {began: 1.0, ended: 0.0}
    if channel == DOOR:
        told |= {ends: 1.0, until: 1.0}
    yield from sorted(told.items())


def _spans(channel: str, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    day = since.astimezone(UTC).date()
    while day <= until.astimezone(UTC).date():
        for began, ended in _of_day(channel, day):
            if since < began and ended < until:
                yield began, ended
        day += timedelta(days=1)


@lru_cache(maxsize=200)
def _of_day(channel: str, day: object) -> tuple[tuple[datetime, datetime], ...]:
    """Return when a door or a filling valve is open on a day: the same whenever it is asked."""
    dice = random.Random(f"{channel} {day}")  # noqa: S311 - a made-up day, no secret
    midnight = datetime.combine(datetime.fromisoformat(str(day)), time(), tzinfo=UTC)
    if channel == FILLING and midnight.timestamp() % FILLED_EVERY == 0:
        return ((midnight, midnight + FILL_LASTS),)
    if channel not in OPENINGS or midnight.weekday() >= SATURDAY:
        return ()
    least, most = OPENINGS[channel]
    begins = sorted(dice.sample(range(FIRST, LAST, 600), dice.randint(least, most)))
    found = []
    for second in begins:
        began = midnight + timedelta(seconds=second + dice.randint(0, 240))
        found.append((began, began + timedelta(seconds=dice.randint(18, 110))))
    return tuple(found)
