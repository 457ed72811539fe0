"""What a version counts as at an instant, and along which ways it comes there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sop.models import VersionStatus


class VersionState(StrEnum):
    """What a version counts as: its status, its date and the later versions say it together."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        """Say it to people."""
        return _WORDS[self]


_WORDS = {
    VersionState.DRAFT: "Draft",
    VersionState.IN_REVIEW: "In review",
    VersionState.APPROVED: "Approved, not yet in force",
    VersionState.IN_FORCE: "In force",
    VersionState.SUPERSEDED: "Superseded",
    VersionState.RETIRED: "Retired",
    VersionState.WITHDRAWN: "Withdrawn",
}

VERSION_TRANSITIONS: dict[VersionState, frozenset[VersionState]] = {
    VersionState.DRAFT: frozenset({VersionState.IN_REVIEW, VersionState.WITHDRAWN}),
    VersionState.IN_REVIEW: frozenset(
        {
            VersionState.DRAFT,
            VersionState.APPROVED,
            VersionState.IN_FORCE,
            VersionState.WITHDRAWN,
        }
    ),
    VersionState.APPROVED: frozenset(
        {VersionState.IN_FORCE, VersionState.SUPERSEDED, VersionState.WITHDRAWN}
        | {VersionState.RETIRED}
    ),
    VersionState.IN_FORCE: frozenset({VersionState.SUPERSEDED, VersionState.RETIRED}),
    VersionState.SUPERSEDED: frozenset(),
    VersionState.RETIRED: frozenset(),
    VersionState.WITHDRAWN: frozenset(),
}


@dataclass(frozen=True, kw_only=True)
class VersionFacts:
    """What the state of a version depends on. effective_at: of an approved one."""

    number: int
    status: str
    effective_at: datetime | None = None


def states_of(
    versions: Iterable[VersionFacts], *, retired_at: datetime | None, at: datetime
) -> Mapping[int, VersionState]:
    """
    Return what each version of one procedure counts as, by its number.

    versions: all of the procedure, in any order. retired_at: of the procedure.
    Source: 21 CFR 211.100(a); URS-08, URS-25.
    """
    listed = list(versions)
    counting = _counting(listed, at)
    is_retired = retired_at is not None and retired_at <= at
    return {one.number: _state_of(one, counting, at, is_retired=is_retired) for one in listed}


def _counting(versions: Iterable[VersionFacts], at: datetime) -> int | None:
    """Return the number of the version that counts by its date, whether or not it is retired."""
    begun = [
        (one.effective_at, one.number)
        for one in versions
        if one.status == VersionStatus.APPROVED
        and one.effective_at is not None
        and one.effective_at <= at
    ]
    return max(begun)[1] if begun else None


def _state_of(
    one: VersionFacts, counting: int | None, at: datetime, *, is_retired: bool
) -> VersionState:
    if one.status != VersionStatus.APPROVED:
        return VersionState(one.status)
    if one.effective_at is None or one.effective_at > at:
        return VersionState.RETIRED if is_retired else VersionState.APPROVED
    if one.number != counting:
        return VersionState.SUPERSEDED
    return VersionState.RETIRED if is_retired else VersionState.IN_FORCE
