"""Emergency access as screens show it: its state, and what was done under it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.emergencies import UNKNOWN, WAITS_FOR, lasts, waits
from accounts.models import EmergencyAccess
from audit.errors import NotFound
from audit.models import Change

LISTED = 100


@dataclass(frozen=True, kw_only=True)
class EmergencyCard:
    """
    One request with its state in words.

    may_be_approved, lasts, to_review: what is open about it now. reasons: of its Changes, the
    oldest first: of asking, of approving, of ending, of reviewing.
    """

    row: EmergencyAccess
    state: str
    may_be_approved: bool
    lasts: bool
    to_review: bool
    reasons: tuple[str, ...]


def emergencies(*, at: datetime, only_of: int | None = None) -> list[EmergencyCard]:
    """
    List emergency access, newest first.

    only_of: a person's key; left out, everybody's.
    """
    rows = _rows() if only_of is None else _rows().filter(person=only_of)
    found = list(rows.order_by("-pk")[:LISTED])
    reasons = _reasons(row.pk for row in found)
    return [_card(row, reasons.get(row.pk, ()), at) for row in found]


def find_emergency(emergency_id: int, *, at: datetime) -> EmergencyCard:
    """
    Return one.

    Raises NotFound: there is none with this number.
    """
    row = _rows().filter(pk=emergency_id).first()
    if row is None:
        raise NotFound([UNKNOWN])
    return _card(row, _reasons([row.pk]).get(row.pk, ()), at)


@dataclass(frozen=True, kw_only=True)
class OpenEmergencies:
    """How many wait for somebody's approval, last now, and have ended without a review yet."""

    waiting: int
    lasting: int
    to_review: int


def count_open(person_id: int, *, at: datetime) -> OpenEmergencies:
    """
    Count the emergencies on which something is to be done; one statement.

    person_id: who looks; what they asked for or approved does not wait for them.
    """
    is_recent = Q(started_at__isnull=True, requested_at__gt=at - WAITS_FOR)
    rows = list(
        EmergencyAccess.objects.filter(
            Q(started_at__isnull=False) | is_recent, reviewed_at__isnull=True
        )
    )
    theirs = {"waiting": 0, "lasting": 0, "to_review": 0}
    for row in rows:
        if row.started_at is not None:
            theirs["lasting" if lasts(row, at=at) else "to_review"] += 1
        elif person_id not in {row.person_id, row.first_approver_id}:
            theirs["waiting"] += 1
    return OpenEmergencies(**theirs)


def changes_under(row: EmergencyAccess) -> QuerySet[Change]:
    """
    Return every Change that the person made or signed while it lasted, oldest first.

    Empty before it started.
    """
    if row.started_at is None or row.expires_at is None:
        return Change.objects.none()
    until = row.expires_at if row.ended_at is None else min(row.expires_at, row.ended_at)
    theirs = Q(actor=row.person_id) | Q(signatures__signer=row.person_id)
    found = Change.objects.filter(theirs, recorded_at__gte=row.started_at, recorded_at__lt=until)
    return found.distinct().order_by("pk")


def _rows() -> QuerySet[EmergencyAccess]:
    return EmergencyAccess.objects.select_related(
        "person", "first_approver", "second_approver", "ended_by", "reviewed_by"
    )


def _reasons(keys: Iterable[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    versions = EmergencyAccess.history.filter(id__in=list(keys)).order_by("history_id")
    for key, reason in versions.values_list("id", "change__reason"):
        found[key] = (*found.get(key, ()), reason)
    return found


def _card(row: EmergencyAccess, reasons: tuple[str, ...], at: datetime) -> EmergencyCard:
    is_on, is_waiting = lasts(row, at=at), waits(row, at=at)
    return EmergencyCard(
        row=row,
        state=_state(row, is_on=is_on, is_waiting=is_waiting),
        may_be_approved=is_waiting,
        lasts=is_on,
        to_review=row.started_at is not None and not is_on and row.reviewed_at is None,
        reasons=reasons,
    )


def _state(row: EmergencyAccess, *, is_on: bool, is_waiting: bool) -> str:
    if row.reviewed_at is not None:
        return "Reviewed"
    if is_on:
        return "Lasts now"
    if row.started_at is not None:
        return "Ended, waits for its review"
    if not is_waiting:
        return "Lapsed without two approvals"
    return "Waits for two approvals" if row.first_approver_id is None else "Waits for the second"
