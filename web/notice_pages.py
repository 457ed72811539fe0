"""Security notices as their pages show them, and acknowledging one."""

from django.urls import reverse

from accounts.actions.acknowledge_notice import MAY_ACKNOWLEDGE
from accounts.queries.notices import MOST_ATTEMPTS, NoticeEntry, attempts_of, notices
from web.audit_pages import LIST, tabs_at
from web.http import Request
from web.keyset import cursor, pager_of
from web.presenters import Crumb, EmptyState
from web.sheets import SignSheet

NO_NOTICES = EmptyState(
    title="Nobody tried what they may not",
    words="Wrong passwords, missing rights and signatures in another's session come here.",
)


def notices_context(request: Request) -> dict[str, object]:
    """Gather the list of notices."""
    page = notices(**cursor(request))
    return {
        "tabs": tabs_at("notices", request.user),
        "rows": page.rows,
        "pager": pager_of(page, reverse("audit:notices")),
        "empty": NO_NOTICES,
    }


def notice_context(request: Request, entry: NoticeEntry) -> dict[str, object]:
    """Gather the page of one notice."""
    may = not set(MAY_ACKNOWLEDGE).isdisjoint(request.user.role_names())
    attempts = attempts_of(entry.id)
    return {
        "crumbs": _crumbs(entry),
        "entry": entry,
        "attempts": attempts,
        "has_more": entry.attempts > len(attempts) == MOST_ATTEMPTS,
        "may_acknowledge": may and entry.is_open,
    }


def acknowledging_sheet(entry: NoticeEntry) -> SignSheet:
    """Give the sheet on which somebody acknowledges a notice."""
    return SignSheet(
        heading=f"Acknowledge notice {entry.id}",
        words=f"{entry.kind}: {entry.about}, {entry.attempts} so far. What comes after makes a "
        "notice of its own.",
        statement="I looked into these attempts, and what came of it is in the reason.",
        action_label="Sign and acknowledge",
        cancel_url=reverse("audit:notice", args=[entry.id]),
        crumbs=_crumbs(entry, "Acknowledge"),
        reasons=("A slip by the person named, who confirmed it", "Misuse: an incident is open"),
    )


def _crumbs(entry: NoticeEntry, here: str = "") -> tuple[Crumb, ...]:
    listed = Crumb(label="Notices", url=reverse("audit:notices"))
    if not here:
        return (LIST, listed, Crumb(label=f"Notice {entry.id}"))
    own = Crumb(label=f"Notice {entry.id}", url=reverse("audit:notice", args=[entry.id]))
    return (LIST, listed, own, Crumb(label=here))
