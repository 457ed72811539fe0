"""The access log as its page shows it."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django.urls import reverse

from accounts.queries.access import AccessEntry, AccessFilter, access_entries
from audit.pages import Page
from web.audit_pages import csv_url_of, tabs_at
from web.forms.audit import AccessForm
from web.http import Request
from web.keyset import cursor, pager_of
from web.presenters import EmptyState

NOTHING = EmptyState(title="Nothing matches", words="Widen the dates, or take a filter away.")
HEADS = ("No.", "Happened at (UTC)", "What", "User ID as typed", "Name", "Role", "Device",
         "Address", "Note")  # fmt: skip


def access_page(request: Request, form: AccessForm) -> Page[AccessEntry]:
    """Return the page of the log that the filters ask for."""
    wanted = AccessFilter(
        user_id=form.said().get("person") or "",
        kind=form.said().get("kind") or "",
        since=form.begins(),
        until=form.ends(),
    )
    return access_entries(matching=wanted, **cursor(request))


def access_context(
    request: Request, form: AccessForm, page: Page[AccessEntry]
) -> dict[str, object]:
    """Gather the page of the log."""
    said = {name: value for name, value in form.said().items() if value}
    url = f"{reverse('audit:access')}?{urlencode(said)}" if said else reverse("audit:access")
    return {
        "tabs": tabs_at("access", request.user),
        "form": form,
        "rows": page.rows,
        "pager": pager_of(page, url),
        "csv_url": csv_url_of(request),
        "empty": NOTHING,
    }


def access_rows(entries: Iterable[AccessEntry]) -> list[Sequence[object]]:
    """Return the log as rows of a table for other programs."""
    return [
        (
            entry.id, entry.happened_at.isoformat(), entry.what, entry.typed, entry.who, entry.role,
            entry.device, entry.address, entry.note,
        )
        for entry in entries
    ]  # fmt: skip
