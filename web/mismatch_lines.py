"""Refused mismatches as quality reads them: what was expected beside what was scanned."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from audit.queries.refusals import RefusedEntry

EXPECTED = ("expected_therapy", "expected")
SCANNED = ("scanned_therapies", "scanned")


@dataclass(frozen=True, kw_only=True)
class MismatchLine:
    """One stopped mix-up; expected, scanned: the chain of identity, then the codes."""

    refused_at: datetime
    action: str
    who: str
    words: str
    device: str
    expected: tuple[str, ...]
    scanned: tuple[str, ...]


def mismatch_lines(entries: Iterable[RefusedEntry]) -> list[MismatchLine]:
    """Turn refused attempts into lines with both identities."""
    return [
        MismatchLine(
            refused_at=entry.refused_at,
            action=entry.action,
            who=entry.who,
            words=entry.words,
            device=entry.device,
            expected=_codes(entry.subject, EXPECTED),
            scanned=_codes(entry.subject, SCANNED),
        )
        for entry in entries
    ]


def _codes(subject: Mapping[str, object], names: Iterable[str]) -> tuple[str, ...]:
    found: list[str] = []
    for name in names:
        found.extend(_texts(subject.get(name)))
    return tuple(found)


def _texts(value: object) -> Iterator[str]:
    """Yield the codes in what was kept, which may be a list of pairs; keys of rows are no codes."""
    if isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str) and value:
        yield value
