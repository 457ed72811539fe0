"""Times as devices write them, turned into UTC; nothing about a zone is ever guessed."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field

ISO, EPOCH, EPOCH_MS = "iso", "epoch", "epoch_ms"
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
REMEMBERED = 100_000
SHORTEST_ISO = len("2026-11-20T06")
MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
PARTS = {
    "Y": r"(?P<year>\d{4})",
    "y": r"(?P<short>\d{2})",
    "m": r"(?P<month>\d{1,2})",
    "b": r"(?P<name>[A-Za-z]{3})",
    "d": r"(?P<day>\d{1,2})",
    "H": r"(?P<hour>\d{1,2})",
    "I": r"(?P<twelve>\d{1,2})",
    "M": r"(?P<minute>\d{2})",
    "S": r"(?P<second>\d{2})",
    "f": r"(?P<fraction>\d{1,6})",
    "p": r"(?P<half>[AaPp])\.?[Mm]\.?",
    "%": "%",
}
"""What may stand in a pattern, as `strptime` names it."""
NEEDED = (("Y", "y"), ("m", "b"), ("d",), ("H", "I"), ("M",))


class UnreadableTime(ValueError):
    """A time is not written as agreed, has no zone, or does not say which of two it is."""


def is_zone(name: str) -> bool:
    """Say whether a name is that of a zone, such as Europe/Zurich or UTC."""
    return name in available_timezones()


def fault_of_pattern(form: str) -> str:
    """Say what is wrong with the pattern of a time; empty when it can be read by it."""
    if form in {ISO, EPOCH, EPOCH_MS}:
        return ""
    used = re.findall("%(.?)", form)
    unknown = [letter for letter in used if letter not in PARTS]
    if unknown:
        return f"%{unknown[0]} is not known here"
    if any(used.count(letter) > 1 for letter in used if letter != "%"):
        return "a part stands in it twice"
    if not all(set(choice) & set(used) for choice in NEEDED):
        return "write iso, epoch, epoch_ms, or a pattern such as %d.%m.%Y %H:%M:%S"
    if ("I" in used) is not ("p" in used):
        return "%I and %p stand together"
    return ""


def _readable(form: str) -> str:
    if fault := fault_of_pattern(form):
        raise ValueError(fault)
    return form


def _known(zone: str) -> str:
    if zone and not is_zone(zone):
        raise ValueError(f"“{zone}” is no time zone")
    return zone


Pattern = Annotated[str, Field(max_length=60), AfterValidator(_readable)]
"""How times are written, as a setting: `iso`, `epoch`, `epoch_ms` or a pattern."""
ZoneName = Annotated[str, Field(max_length=60), AfterValidator(_known)]
"""A time zone by its name, as a setting; empty for none."""


class Times:
    """
    How one source writes its times.

    form: `iso`, `epoch`, `epoch_ms` or a pattern without fault; zone: the zone that the device
    keeps, empty when each time says its own.
    A file brings 50,000 times a second: what a day's text and a clock's text mean is remembered,
    except for days on which clocks are put.
    """

    def __init__(self, form: str, zone: str) -> None:
        self._local = _readers().get(form) or _by_pattern(form)
        self._zone = ZoneInfo(zone) if zone else None
        self._offsets: dict[date, timedelta | None] = {}
        self._separator = _separator_of(form)
        self._days: dict[str, datetime] = {}
        self._clocks: dict[str, timedelta] = {}

    def read(self, text: str) -> datetime:
        """
        Return a time in UTC.

        Raises UnreadableTime: it is no time, it has no zone, or clocks were put forward or back
        then, so that it names no instant or two.
        """
        text = text.strip()
        day, _, clock = text.partition(self._separator)
        begins, since = self._days.get(day), self._clocks.get(clock)
        if begins is not None and since is not None:
            return begins + since
        return self._read_anew(text, day, clock)

    def _read_anew(self, text: str, day: str, clock: str) -> datetime:
        try:
            local = self._local(text)
        except (ValueError, OverflowError, KeyError) as fault:
            raise UnreadableTime(f"“{text[:40]}” is not a time as this source writes it") from fault
        if local.tzinfo is not None:
            at = local.astimezone(UTC)
            if self._zone is None and clock:
                self._remember(day, clock, local.replace(tzinfo=None), at)
            return at
        date_of = local.date()
        offset = self._offsets[date_of] if date_of in self._offsets else self._offset_of(date_of)
        if offset is None:
            return (local - self._offset_at(local, text)).replace(tzinfo=UTC)
        at = (local - offset).replace(tzinfo=UTC)
        if clock:
            self._remember(day, clock, local, at)
        return at

    def _remember(self, day: str, clock: str, local: datetime, at: datetime) -> None:
        """Remember what two texts mean that are read together as `local`, which is `at`."""
        midnight = datetime(local.year, local.month, local.day, tzinfo=UTC)
        since = local.replace(tzinfo=UTC) - midnight
        # without a zone the text of the clock says its own offset
        begins = midnight if self._zone is None else at - since
        if len(self._clocks) > REMEMBERED:
            self._clocks.clear()
        self._days[day] = begins
        self._clocks[clock] = at - begins

    def _offset_of(self, day: date) -> timedelta | None:
        """Return the offset of a whole day; None for a day on which clocks are put."""
        if self._zone is None:
            raise UnreadableTime("The time has no zone: say which zone the device keeps")
        begin = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        offsets = {(begin + DAY * step / 24).utcoffset() for step in range(-1, 26)}
        found = offsets.pop() if len(offsets) == 1 else None
        self._offsets[day] = found
        return found

    def _offset_at(self, local: datetime, text: str) -> timedelta:
        first = local.replace(tzinfo=self._zone, fold=0).utcoffset()
        second = local.replace(tzinfo=self._zone, fold=1).utcoffset()
        if first is None or second is None or first != second:
            happened = "twice" if first and second and first > second else "never"
            raise UnreadableTime(
                f"“{text[:40]}” was {happened} in {self._zone}, when clocks were put: "
                "set the device to UTC, or export times with their offset"
            )
        return first


def _separator_of(form: str) -> str:
    """Return what stands between day and clock; what no text holds where they are not apart."""
    if form == ISO:
        return " "
    day, separator, clock = form.partition(" ")
    apart = not re.search("%[HIMSfp]", day) and not re.search("%[Yymbd]", clock)
    return separator if separator and apart else "\0"


def _readers() -> dict[str, Callable[[str], datetime]]:
    return {
        ISO: _by_iso,
        EPOCH: lambda text: BEGINNING + timedelta(seconds=float(text)),
        EPOCH_MS: lambda text: BEGINNING + timedelta(milliseconds=float(text)),
    }


def _by_iso(text: str) -> datetime:
    if len(text) < SHORTEST_ISO:
        raise UnreadableTime("a date alone is no time")
    return datetime.fromisoformat(text)


def _by_pattern(form: str) -> Callable[[str], datetime]:
    """Return what reads a pattern several times faster than `strptime` does."""
    pieces = re.split("(%.)", form)
    pattern = "".join(
        PARTS[piece[1]] if piece.startswith("%") else re.escape(piece) for piece in pieces if piece
    )
    match = re.compile(pattern).fullmatch
    days: dict[tuple[str | None, ...], tuple[int, int, int]] = {}

    def read(text: str) -> datetime:
        found = match(text)
        if found is None:
            raise UnreadableTime(text)
        part = found.groupdict().get
        key = (part("year"), part("short"), part("month"), part("name"), part("day"))
        day = days.get(key) or days.setdefault(key, _day_of(*key))
        second = int(part("second") or 0)
        fraction = int((part("fraction") or "0").ljust(6, "0"))
        hour = _hour_of(part("hour"), part("twelve"), part("half"))
        return datetime(*day, hour, int(part("minute") or 0), second, fraction)  # noqa: DTZ001 - its zone follows

    return read


def _day_of(
    year: str | None, short: str | None, month: str | None, name: str | None, day: str | None
) -> tuple[int, int, int]:
    return (
        int(year) if year else 2000 + int(short or ""),
        int(month) if month else MONTHS[(name or "").lower()],
        int(day or ""),
    )


def _hour_of(hour: str | None, twelve: str | None, half: str | None) -> int:
    if hour is not None:
        return int(hour)
    found = int(twelve or "")
    if not 1 <= found <= 12:
        raise UnreadableTime("a clock of twelve hours goes from 1 to 12")
    return found % 12 + (12 if (half or "").lower() == "p" else 0)
