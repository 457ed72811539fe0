"""Requests for access as a screen shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import AccessRequest, RequestStatus
from audit.authors import Author
from audit.errors import NotFound, Refusal
from audit.pages import Page, newest_first

NOT_FOUND = Refusal("UNKNOWN_REQUEST", "No request for access has this number.")


@dataclass(frozen=True, kw_only=True)
class RequestEntry:
    """
    One request: who asked what for whom and why, and who decided, why.

    concerned: keys of the person and of who asked.
    decided_by, decision_reason: empty as long as it waits, or where nobody could approve.
    """

    id: int
    person_id: int
    person: str
    what: str
    status: str
    is_waiting: bool
    requested_by: str
    requested_at: datetime
    reason: str
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    concerned: frozenset[int]

    def may_be_decided_by(self, person: Author) -> bool:
        """Say whether a person stands outside of it; the action asks for the role."""
        return self.is_waiting and person.pk not in self.concerned


def access_requests(*, before: int | None = None, after: int | None = None) -> Page[RequestEntry]:
    """Return a page of requests, newest first."""
    page = newest_first(_rows(), before=before, after=after)
    reasons = _reasons(row.pk for row in page.rows)
    return page.shown_as(lambda row: _entry(row, reasons.get(row.pk, [])))


def find_request(request_id: int) -> RequestEntry:
    """
    Return one request.

    Raises NotFound: there is none with this number.
    """
    row = _rows().filter(pk=request_id).first()
    if row is None:
        raise NotFound([NOT_FOUND])
    return _entry(row, _reasons([row.pk]).get(row.pk, []))


def waiting_for(person_id: int) -> list[str]:
    """Name what somebody was asked for and does not have yet."""
    rows = AccessRequest.objects.filter(person=person_id, status=RequestStatus.REQUESTED)
    return list(rows.order_by("pk").values_list("what", flat=True))


def count_to_decide(by: Author) -> int:
    """Count the requests that wait, without those which a person made or is concerned by."""
    rows = AccessRequest.objects.filter(status=RequestStatus.REQUESTED)
    return rows.exclude(person=by.pk).exclude(requested_by=by.pk).count()


def _rows() -> QuerySet[AccessRequest]:
    return AccessRequest.objects.select_related("person", "requested_by", "decided_by")


def _reasons(keys: Iterable[int]) -> dict[int, list[str]]:
    """Return the reasons of each request's Changes, oldest first: of asking, then of deciding."""
    found: dict[int, list[str]] = {}
    versions = AccessRequest.history.filter(id__in=list(keys)).order_by("history_id")
    for key, reason in versions.values_list("id", "change__reason"):
        found.setdefault(key, []).append(reason)
    return found


def _entry(row: AccessRequest, reasons: list[str]) -> RequestEntry:
    return RequestEntry(
        id=row.pk,
        person_id=row.person_id,
        person=row.person.full_name,
        what=row.what,
        status=row.get_status_display(),
        is_waiting=row.status == RequestStatus.REQUESTED,
        requested_by=row.requested_by.full_name,
        requested_at=row.requested_at,
        reason=reasons[0] if reasons else "",
        decided_by="" if row.decided_by is None else row.decided_by.full_name,
        decided_at=row.decided_at,
        decision_reason=reasons[1] if len(reasons) > 1 else "",
        concerned=frozenset({row.person_id, row.requested_by_id}),
    )
