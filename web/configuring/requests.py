"""Requests for access: the list, and deciding on one."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from accounts.actions.reject_access import reject_access
from accounts.asking import APPROVERS
from accounts.queries.requests import RequestEntry, access_requests
from audit.models import Meaning
from inventory.actions.approve_access import approve_access
from web.configuring.setups import SetUp, sheet
from web.forms.signing import SigningForm
from web.http import Request
from web.keyset import cursor, pager_of
from web.presenters import EmptyState
from web.signing import SignAs

NOTHING = EmptyState(
    title="Nobody asked for access yet",
    words="An administrator asks for a role, a program or a site on somebody's page.",
)


@dataclass(frozen=True, kw_only=True)
class RequestRow:
    """One request in the list; may_decide: by the person who reads it."""

    entry: RequestEntry
    may_decide: bool


def requests_context(request: Request) -> dict[str, object]:
    """Gather the list of requests."""
    page = access_requests(**cursor(request))
    return {
        "rows": [
            RequestRow(entry=entry, may_decide=entry.may_be_decided_by(request.user))
            for entry in page.rows
        ],
        "pager": pager_of(page, reverse("configure:requests")),
        "empty": NOTHING,
    }


def approving(posted: QueryDict | None, entry: RequestEntry) -> SetUp:
    """Approve a request."""
    return SetUp(
        form=SigningForm(posted),
        sheet=sheet(
            f"Approve {entry.what} for {entry.person}",
            under="requests",
            words=_asked(entry),
            statement=f"{entry.person} needs this for their work and is qualified for it.",
            action_label="Sign and approve",
        ),
        act=lambda intent: approve_access(request_id=entry.id, intent=intent),
        done="It is approved and counts from now on.",
        done_url=reverse("configure:requests"),
        roles=APPROVERS,
        signs=SignAs(meaning=Meaning.APPROVED),
    )


def rejecting(posted: QueryDict | None, entry: RequestEntry) -> SetUp:
    """Reject a request."""
    return SetUp(
        form=SigningForm(posted),
        sheet=sheet(
            f"Reject {entry.what} for {entry.person}",
            under="requests",
            words=_asked(entry),
            statement="This access is not to be given; the reason says why.",
            action_label="Sign and reject",
        ),
        act=lambda intent: reject_access(request_id=entry.id, intent=intent),
        done="It is rejected; nothing was given.",
        done_url=reverse("configure:requests"),
        roles=APPROVERS,
        signs=SignAs(meaning=Meaning.REJECTED),
    )


def _asked(entry: RequestEntry) -> str:
    return f"Asked for by {entry.requested_by}, because: {entry.reason}"
