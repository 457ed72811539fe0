"""Seals and checks of the trail: the newest ones, what is open, and how old they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.errors import NotFound, Refusal
from audit.models import Change, Seal, TrailCheck, Verdict
from audit.pages import Page, newest_first
from audit.seals.standing import level_now

NEWEST_SEALS = 10
LATE_AFTER = timedelta(minutes=65)  # a quiet hour ends with an empty seal
NOT_FOUND = Refusal("UNKNOWN_CHECK", "No check of the trail has this number.")


@dataclass(frozen=True, kw_only=True)
class CheckEntry:
    """
    One check of the trail as a screen shows it.

    is_open: it found a break that quality has not closed.
    findings: the first of them, as the command prints them.
    """

    id: int
    checked_at: datetime
    verdict: str
    is_open: bool
    first_seal: int | None
    last_seal: int | None
    changes: int
    rows: int
    found: int
    findings: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class TrailState:
    """
    How the trail is looked after, for the machines that watch.

    anchor: `ok`, `behind` after a restore, or `not compared`; nothing is written but while it is
    `ok`. seals: `ok`, `late` or `none`. checked: the newest check's verdict, or `never`.
    """

    anchor: str
    seals: str
    newest_seal: int | None
    newest_seal_seconds: int | None
    checked: str
    checked_seconds: int | None


def open_break() -> int | None:
    """Return the newest check whose break is open; one indexed query."""
    opened = TrailCheck.objects.filter(verdict=Verdict.BROKEN).order_by("-id")
    return opened.values_list("id", flat=True).first()


def checks(*, before: int | None = None, after: int | None = None) -> Page[CheckEntry]:
    """Return a page of checks, newest first."""
    page = newest_first(TrailCheck.objects.all(), before=before, after=after)
    return page.shown_as(_entry)


def find_check(check_id: int) -> CheckEntry:
    """
    Return one check.

    Raises NotFound: there is none with this number.
    """
    row = TrailCheck.objects.filter(pk=check_id).first()
    if row is None:
        raise NotFound([NOT_FOUND])
    return _entry(row)


def newest_seals() -> list[Seal]:
    """Return the newest seals, newest first."""
    return list(Seal.objects.order_by("-number")[:NEWEST_SEALS])


def trail_state(now: datetime) -> TrailState:
    """Say how old the newest seal and the newest check are."""
    seal = Seal.objects.order_by("-number").first()
    check = TrailCheck.objects.order_by("-id").first()
    began = seal.sealed_at if seal else _first_change()
    is_late = began is not None and now - began > LATE_AFTER
    return TrailState(
        anchor=level_now(),
        seals="late" if is_late else "ok" if seal else "none",
        newest_seal=seal.number if seal else None,
        newest_seal_seconds=_seconds(now - seal.sealed_at) if seal else None,
        checked=check.verdict if check else "never",
        checked_seconds=_seconds(now - check.checked_at) if check else None,
    )


def _first_change() -> datetime | None:
    return Change.objects.order_by("id").values_list("recorded_at", flat=True).first()


def _seconds(age: timedelta) -> int:
    return int(age.total_seconds())


def _entry(row: TrailCheck) -> CheckEntry:
    return CheckEntry(
        id=row.pk,
        checked_at=row.checked_at,
        verdict=row.get_verdict_display(),
        is_open=row.verdict == Verdict.BROKEN,
        first_seal=row.first_seal,
        last_seal=row.last_seal,
        changes=row.changes,
        rows=row.rows,
        found=row.found,
        findings=[_words(finding) for finding in row.findings],
    )


def _words(finding: dict[str, object]) -> str:
    where = "".join(
        f", {name} {finding[name]}" for name in ("change", "seal") if finding[name] is not None
    )
    return f"{finding['kind']}: {finding['table']} {finding['key']}{where}: {finding['words']}"
