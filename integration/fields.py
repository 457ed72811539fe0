"""The fields that messages are made of: strict about meaning, each fault in words."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictInt,
    StrictStr,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from inventory.codes.isbt128 import DIN
from inventory.codes.scan import CodeKind, read_scan
from inventory.codes.words import UnreadableScan

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_STATES = ["open", "closed", "on", "off", "true", "false", "0", "1"]
EARLIEST_YEAR, LATEST_YEAR = 1900, 2999


def _fault(code: str, words: str) -> PydanticCustomError:
    """Return a fault whose words hold no placeholders."""
    return PydanticCustomError("own_words", "{words}", {"code": code, "words": words})


def _printable(text: str) -> str:
    if _UNPRINTABLE.search(text):
        raise _fault("UNPRINTABLE", "It holds characters that cannot be printed.")
    return text.strip()


def _only_text(value: object) -> object:
    if not isinstance(value, str):
        raise _fault("NOT_A_TIME", "Write it as text, such as 2026-11-20T06:00:00Z.")
    return value


def _with_offset(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise _fault("NO_OFFSET", "The time has no offset: end it with Z or with one like +01:00.")
    if not EARLIEST_YEAR < value.year < LATEST_YEAR:
        raise _fault("IMPOSSIBLE_TIME", f"The year {value.year} is impossible.")
    return value.astimezone(UTC)


def _only_a_date(value: object) -> object:
    if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
        raise _fault("NOT_A_DATE", "Write the date as year-month-day, such as 2028-02-27.")
    return value


def _in_a_possible_year(day: date) -> date:
    if not EARLIEST_YEAR < day.year < LATEST_YEAR:
        raise _fault("IMPOSSIBLE_TIME", f"The year {day.year} is impossible.")
    return day


def _exact_number(value: object) -> object:
    """Take only JSON numbers: a text such as `1,8` must not become a volume."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _fault("NOT_A_NUMBER", "Write it as a number, such as 1.8.")
    return value


def _code_of_a_container(value: str) -> str:
    try:
        scan = read_scan(value)
    except UnreadableScan as reason:
        raise _fault(reason.code, f"{value}: {reason.words}") from reason
    if scan.kind is CodeKind.OWN:
        raise _fault("OUR_OWN_CODE", f"{scan.code} is a code that only this portal gives out.")
    if not scan.names_one_item or scan.kind is CodeKind.CHAIN_OF_IDENTITY:
        raise _fault("NAMES_NO_CONTAINER", f"{scan.code} ({scan.kind}) does not name a container.")
    return scan.code


def _chain_of_identity(value: str) -> str:
    try:
        scan = read_scan(value)
    except UnreadableScan as reason:
        raise _fault(reason.code, f"{value}: {reason.words}") from reason
    if scan.kind is not CodeKind.CHAIN_OF_IDENTITY:
        raise _fault("MALFORMED_COI", f"{value} is not a chain of identity id.")
    return scan.code


def _scannable(value: str) -> str:
    """Return the spelling under which a scan of the printed number finds it."""
    try:
        scan = read_scan(value)
    except UnreadableScan as reason:
        raise _fault(reason.code, f"{value}: {reason.words}") from reason
    if scan.kind is not CodeKind.PLAIN:
        raise _fault("READS_AS_ANOTHER_CODE", f"{value} would be scanned as a {scan.kind}.")
    return scan.code


def _donation(value: str) -> str:
    if not DIN.fullmatch(value):
        raise _fault("MALFORMED_DONATION", f"{value} is not a donation number.")
    return value


_Printable = Annotated[StrictStr, AfterValidator(_printable)]
_Scanned = Annotated[_Printable, Field(min_length=1, max_length=200)]
SystemName = Annotated[_Printable, Field(min_length=1, max_length=60)]
MessageId = Annotated[_Printable, Field(min_length=1, max_length=100)]
ProductCode = Annotated[_Printable, Field(min_length=1, max_length=40)]
Pseudonym = Annotated[_Printable, Field(min_length=1, max_length=40)]
OrderNumber = Annotated[_Printable, Field(min_length=1, max_length=60)]
Destination = Annotated[_Printable, Field(min_length=1, max_length=200)]
Channel = Annotated[_Printable, Field(min_length=1, max_length=100)]
BatchNumber = Annotated[_Printable, Field(min_length=1, max_length=40), AfterValidator(_scannable)]
CheckCharacter = Annotated[_Printable, Field(min_length=1, max_length=1)]
DonationNumber = Annotated[_Scanned, AfterValidator(_donation)]
ContainerCode = Annotated[_Scanned, AfterValidator(_code_of_a_container)]
ChainOfIdentity = Annotated[_Scanned, AfterValidator(_chain_of_identity)]
Instant = Annotated[datetime, BeforeValidator(_only_text), AfterValidator(_with_offset)]
Day = Annotated[date, BeforeValidator(_only_a_date), AfterValidator(_in_a_possible_year)]
Volume = Annotated[
    Decimal,
    BeforeValidator(_exact_number),
    Field(gt=0, max_digits=7, decimal_places=2),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.01}),
]
CellCount = Annotated[StrictInt, Field(ge=0, lt=2**63)]
Quantity = Annotated[StrictInt, Field(ge=1, le=10_000)]
Measured = Annotated[
    float,
    BeforeValidator(_exact_number),
    Field(allow_inf_nan=False),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "boolean"}, {"enum": _STATES}]}),
]
"""A number; the states that a contact may say instead are numbers by then."""
