"""The access log as a screen shows it: newest first, by account, kind and day, never counted."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import AccessEvent, fold
from audit.pages import Page, newest_first

_PURPOSES = {
    "sign_in": "signing in",
    "sign": "signing",
    "unlock": "unlocking the session",
    "change": "changing the password",
    "code": "the second factor",
}


@dataclass(frozen=True, kw_only=True)
class AccessFilter:
    """
    Which entries; what is left out does not restrict.

    user_id: in any spelling, also one that nobody has. until: the first instant that is out.
    """

    user_id: str = ""
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AccessEntry:
    """
    One entry of the access log; name and role are those of that time.

    who: empty for a user id that nobody has.
    Source: 21 CFR 11.300(d); URS-20.
    """

    id: int
    happened_at: datetime
    what: str
    who: str
    typed: str
    role: str
    device: str
    address: str
    note: str


def access_entries(
    *, matching: AccessFilter, before: int | None = None, after: int | None = None
) -> Page[AccessEntry]:
    """Return a page of the access log, newest first."""
    said = {
        "account": fold(matching.user_id) or None,
        "kind": matching.kind or None,
        "happened_at__gte": matching.since,
        "happened_at__lt": matching.until,
    }
    rows = AccessEvent.objects.filter(
        **{name: value for name, value in said.items() if value is not None}
    )
    return newest_first(rows, before=before, after=after).shown_as(_entry)


def _entry(row: AccessEvent) -> AccessEntry:
    purpose = _PURPOSES.get(row.purpose, "")
    what = row.get_kind_display()
    return AccessEntry(
        id=row.pk,
        happened_at=row.happened_at,
        what=f"{what}, {purpose}" if purpose else what,
        who=row.person_name,
        typed=row.typed,
        role=row.role,
        device=row.device,
        address=row.address,
        note=row.note,
    )
