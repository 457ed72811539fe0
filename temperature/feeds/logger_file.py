"""Files of data loggers: which column is what, and whose readings they are."""

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from temperature.arrivals import Arrival
from temperature.feeds.adapter import Adapter, FeedFailed, Settings
from temperature.feeds.logger_rows import read_rows
from temperature.feeds.logger_tables import Table, find_table
from temperature.feeds.times import Pattern, ZoneName
from temperature.models import FeedKind, IntakeKind

SERIAL = "{serial}"
DAILY_FIGURES = re.compile(r"^(Device: .*|Hist:|\s*Min T: .*)\r?$", re.MULTILINE)
ONLY_DAILY = (
    "This is the report of a {device}: it holds the lowest and highest value of each day, no "
    "readings. Open the logger with its maker's program, export all measurements as CSV, and "
    "bring that file."
)


class Column(Settings):
    """
    One column of values.

    header: what stands above it; channel: what its probe's channel is, where {serial} stands for
    the serial of the logger. unit: C, F, K or %; `header` where the header names it, `cell`
    where each cell does; `contact` or `inverted` where the column holds the states of a contact.
    """

    header: Annotated[str, Field(min_length=1, max_length=100)]
    channel: Annotated[str, Field(min_length=1, max_length=100)] = SERIAL
    unit: Literal["C", "F", "K", "%", "contact", "inverted", "header", "cell"] = "C"


class LoggerProfile(Settings):
    """How the files of one model of logger are written."""

    separator: Literal["auto", ",", ";", "\t", "|"] = Field(
        "auto", title="What stands between cells"
    )
    decimal: Literal[".", ","] = Field(".", title="Decimal sign")
    encoding: Literal["auto", "utf-8", "utf-16", "cp1252"] = Field(
        "auto", title="Encoding of the file"
    )
    time_header: str = Field(
        title="Header of the time, or of the date",
        description="As it stands above the column, such as Time.",
        min_length=1,
        max_length=100,
    )
    clock_header: str = Field(
        "",
        title="Header of the time of day",
        description="Only where date and time of day are two columns.",
        max_length=100,
    )
    time_format: Pattern = Field(
        "iso",
        title="How times are written",
        description="iso, epoch, epoch_ms, or a pattern such as %d.%m.%Y %H:%M:%S.",
    )
    zone: ZoneName = Field(
        "",
        title="Time zone that the logger keeps",
        description="Such as Europe/Zurich or UTC; empty where each time says its own.",
    )
    columns: Annotated[list[Column], Field(min_length=1, max_length=16)] = Field(
        title="Columns of values",
        description="One row for each column. A logger that writes Temperature [°C] above it:"
        " header Temperature [°C], channel TP-1, unit C. One file for each "
        "logger: header 1, channel {serial}, unit C.",
    )
    no_reading: list[str] = Field(
        ["", "-", "--", "---", "n/a"],
        title="What stands where there is no reading",
        description="One a line.",
        max_length=30,
    )
    serial_label: str = Field(
        "",
        title="What stands before or above the serial",
        description="Such as S/N; empty where the file does not say it.",
        max_length=60,
    )
    serial_in_name: str = Field(
        "",
        title="Where the serial is in the file’s name",
        description="A pattern with the serial in brackets, such as LOG_([0-9]+)_.*; empty "
        "where it is not there.",
        max_length=100,
    )

    @field_validator("serial_in_name")
    @classmethod
    def _one_group(cls, pattern: str) -> str:
        try:
            groups = re.compile(pattern).groups
        except re.error as fault:
            raise ValueError("it is no pattern") from fault
        if pattern and groups != 1:
            raise ValueError("put the serial, and nothing else, in brackets")
        return pattern

    @model_validator(mode="after")
    def _serial_is_somewhere(self) -> "LoggerProfile":
        needs = any(SERIAL in column.channel for column in self.columns)
        if needs and not (self.serial_label or self.serial_in_name):
            raise ValueError(
                "say where the serial stands, or give each column the channel of its probe"
            )
        return self


def read_file(
    profile: LoggerProfile, *, name: str, body: bytes, channels: Sequence[str] | frozenset[str]
) -> Arrival:
    """
    Read a file of a logger.

    channels: those with a probe in service; a file of any other logger is refused whole.
    Raises FeedFailed: nothing of the file is to be taken, and why.
    Source: REQUIREMENTS C4; URS-06, URS-28.
    """
    text = _decoded(body, profile.encoding)
    _refuse_daily_figures(text)
    table = find_table(text, profile)
    named = _channels(profile, table, _serial_of_name(profile, name))
    for channel in named:
        if channel not in channels:
            raise FeedFailed(
                f"No probe is registered for “{channel}”. Nothing was taken: is this the file of "
                "another logger?"
            )
    samples, faults = read_rows(table, profile, named)
    if not samples:
        raise FeedFailed("No row of the file holds a reading. " + (_first(faults)))
    return Arrival(
        kind=IntakeKind.FILE,
        body=body,
        samples=samples,
        faults=faults,
        name=name,
        is_original_kept=True,
        settings=profile.model_dump(mode="json"),
    )


def _first(faults: Sequence[object]) -> str:
    words = getattr(faults[0], "words", "") if faults else ""
    where = getattr(faults[0], "where", "") if faults else ""
    return f"{where}: {words}" if words else "It ends after its header."


def _decoded(body: bytes, encoding: str) -> str:
    try:
        if encoding != "auto":
            return body.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return body.decode("utf-16")
        try:
            return body.decode("utf-8-sig")
        except UnicodeDecodeError:
            return body.decode("cp1252")
    except UnicodeDecodeError as fault:
        raise FeedFailed("The file is not written in the encoding that was agreed.") from fault


def _refuse_daily_figures(text: str) -> None:
    found = {line.split(":")[0].strip() for line in DAILY_FIGURES.findall(text[:20_000])}
    if {"Device", "Hist", "Min T"} <= found:
        device = text.partition("Device:")[2].partition("\n")[0].strip()
        raise FeedFailed(ONLY_DAILY.format(device=device[:60]))


def _serial_of_name(profile: LoggerProfile, name: str) -> str:
    if not profile.serial_in_name:
        return ""
    found = re.fullmatch(profile.serial_in_name, name)
    if found is None:
        raise FeedFailed(f"The name {name[:100]} does not hold the serial as agreed.")
    return found[1]


def _channels(profile: LoggerProfile, table: Table, in_name: str) -> list[str]:
    """Return the channel of each column; the serials of file and name must be the same."""
    channels = []
    for column, serial in zip(profile.columns, table.serials, strict=True):
        if profile.serial_label and not serial:
            raise FeedFailed(f"The file does not say its serial after “{profile.serial_label}”.")
        if serial and in_name and serial != in_name:
            raise FeedFailed(
                f"The file says serial {serial}, its name says {in_name}. Nothing was taken: find "
                "out which logger it is."
            )
        channels.append(column.channel.replace(SERIAL, serial or in_name))
    return channels


ADAPTER = Adapter(kind=FeedKind.LOGGER_FILE, settings=LoggerProfile)
