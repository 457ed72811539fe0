"""The list from which a run is started: by what one wants to do, and why not where one cannot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.urls import reverse

from audit.authors import Author
from sop.queries.starting import Startable, startable
from sop.training import Stand

_TRAINING = {
    Stand.TO_READ: "You have not read and signed version {number} yet.",
    Stand.TO_ASSESS: "Nobody has watched you do it yet: ask a supervisor or QA for the assessment.",
    Stand.EXPIRED: "Your assessment has expired: ask a supervisor or QA for a new one.",
    Stand.FAILED: "Your last assessment was not passed: ask a supervisor or QA for another one.",
}


@dataclass(frozen=True, kw_only=True)
class StartLine:
    """
    One procedure in the list.

    why: every reason why it is not open, each with what to do. read_url: where it is read.
    """

    procedure_id: int
    code: str
    title: str
    number: int
    why: tuple[str, ...] = ()
    read_url: str = ""


@dataclass(frozen=True, kw_only=True)
class StartGroup:
    """What is started for one aim."""

    title: str
    lines: tuple[StartLine, ...]


@dataclass(frozen=True, kw_only=True)
class StartList:
    """What somebody may start now, and what not."""

    ready: tuple[StartGroup, ...]
    blocked: tuple[StartGroup, ...]

    @property
    def number_blocked(self) -> int:
        """Count what is not open to them."""
        return sum(len(group.lines) for group in self.blocked)


def start_list(person: Author, *, at: datetime) -> StartList:
    """List what somebody may start first, then the rest with the reasons."""
    rows = startable(person, at=at)
    return StartList(
        ready=_groups(row for row in rows if row.is_open),
        blocked=_groups(row for row in rows if not row.is_open),
    )


def _groups(rows: Iterable[Startable]) -> tuple[StartGroup, ...]:
    return tuple(
        StartGroup(title=str(aim), lines=tuple(_line(row) for row in found))
        for aim, found in groupby(rows, key=lambda row: row.aim)
    )


def _line(row: Startable) -> StartLine:
    is_to_read = Stand.TO_READ in row.lacks and row.reads and not row.roles
    return StartLine(
        procedure_id=row.procedure_id,
        code=row.code,
        title=row.title,
        number=row.number,
        why=tuple(_why(row)),
        read_url=reverse("training:read", args=[row.version_id]) if is_to_read else "",
    )


def _why(row: Startable) -> Sequence[str]:
    """Say why it is not open; training alone does not help whose role does none of its acts."""
    if row.roles:
        names = " or ".join(str(role.label).lower() for role in row.roles)
        return [f"It takes the role {names}, which you do not hold: ask one of them to do it."]
    return [_TRAINING[stand].format(number=row.number) for stand in row.lacks]
