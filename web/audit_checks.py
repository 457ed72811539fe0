"""Seals and checks of the trail as their pages show them, and closing what a check found."""

from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import TrailCheck
from audit.queries.checks import CheckEntry, checks, newest_seals
from audit.queries.signatures import blocks_under
from audit.seals.posts import post_state
from web.audit_pages import LIST, tabs_at
from web.http import Request
from web.keyset import cursor, pager_of
from web.presenters import Crumb, EmptyState
from web.sheets import SignSheet

NO_CHECKS = EmptyState(
    title="The trail was not checked yet",
    words="It is every night, or by the command verify_audit_trail.",
)


def checks_context(request: Request) -> dict[str, object]:
    """Gather the list of checks with the newest seals."""
    page = checks(**cursor(request))
    return {
        "tabs": tabs_at("checks", request.user),
        "rows": page.rows,
        "pager": pager_of(page, reverse("audit:checks")),
        "seals": newest_seals(),
        "posts": post_state(timezone.now()),
        "empty": NO_CHECKS,
    }


def check_context(request: Request, entry: CheckEntry) -> dict[str, object]:
    """Gather the page of one check."""
    return {
        "crumbs": _crumbs(entry),
        "entry": entry,
        "signatures": blocks_under([(TrailCheck, entry.id)]).get((TrailCheck, entry.id), []),
        "may_close": entry.is_open and Role.QA in request.user.role_names(),
    }


def closing_sheet(entry: CheckEntry) -> SignSheet:
    """Give the sheet on which quality closes a break."""
    return SignSheet(
        heading="Close the break in the trail",
        words=f"{entry.found} records did not verify; the first: {entry.findings[0]}. The banner "
        "goes when you sign, and comes back when anything else is found.",
        statement="I have investigated this break, and its reason and effect are documented.",
        action_label="Sign and close the break",
        cancel_url=reverse("audit:check", args=[entry.id]),
        crumbs=_crumbs(entry, "Close"),
        covers=((TrailCheck, entry.id),),
        grave=True,
    )


def _crumbs(entry: CheckEntry, here: str = "") -> tuple[Crumb, ...]:
    listed = Crumb(label="Checks and seals", url=reverse("audit:checks"))
    if not here:
        return (LIST, listed, Crumb(label=f"Check {entry.id}"))
    own = Crumb(label=f"Check {entry.id}", url=reverse("audit:check", args=[entry.id]))
    return (LIST, listed, own, Crumb(label=here))
