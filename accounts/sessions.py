"""Sessions that say whose they are, when they lock, and how they are ended by somebody else."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.dateparse import parse_datetime

from accounts.access import record_access
from accounts.access_rules import limits_in_force
from accounts.models import AccessEvent, AccessKind, BrowserSession, Person

WRITTEN_AFTER = timedelta(seconds=30)  # a session that is seen is written no more often
_BEGAN, _SEEN, _LOCKED = "began_at", "seen_at", "locked_at"
_DEVICE, _ADDRESS = "device", "address"


class SessionStore(DatabaseStore):
    """Django's sessions in the database, with their person, device and times as columns."""

    @classmethod
    def get_model_class(cls) -> type[BrowserSession]:
        """Return the table."""
        return BrowserSession

    def create_model_instance(self, data: dict[str, Any]) -> BrowserSession:
        """Return the row for what the session holds."""
        row = super().create_model_instance(data)
        if not isinstance(row, BrowserSession):
            raise TypeError("sessions live in the table that names their person")
        row.person_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.device, row.address = data.get(_DEVICE, ""), data.get(_ADDRESS, "")
        row.began_at, row.seen_at = _time(data.get(_BEGAN)), _time(data.get(_SEEN))
        return row


def _time(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None


def begin(session: SessionBase, *, device: str, address: str, at: datetime) -> None:
    """Note from where and when a session began."""
    session[_DEVICE], session[_ADDRESS] = device[:200], address[:60]
    session[_BEGAN] = session[_SEEN] = at.isoformat()
    session.pop(_LOCKED, None)


def note_seen(session: SessionBase, *, at: datetime) -> None:
    """Note that a person asked for something; written at most twice a minute."""
    seen = _time(session.get(_SEEN))
    if seen is None or at - seen >= WRITTEN_AFTER:
        session[_SEEN] = at.isoformat()


def left_until_lock(session: SessionBase, *, at: datetime) -> timedelta:
    """Return how long the session stays open without a request of a person; never negative."""
    seen = _time(session.get(_SEEN)) or at
    return max(seen + limits_in_force().idle - at, timedelta(0))


def is_locked(session: SessionBase) -> bool:
    """Say whether the session waits for its person's password."""
    return _LOCKED in session


def lock(session: SessionBase, *, at: datetime) -> None:
    """Lock the session; what it keeps, such as scanned lists, stays in it."""
    session[_LOCKED] = at.isoformat()


def unlock(session: SessionBase, *, at: datetime) -> None:
    """Let the session go on."""
    session.pop(_LOCKED, None)
    session[_SEEN] = at.isoformat()


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """
    One session as lists show it.

    handle: names it without giving away the key by which somebody could take it over.
    """

    handle: str
    device: str
    address: str
    began_at: datetime | None
    seen_at: datetime | None
    is_this: bool = False


def sessions_of(person: Person, *, at: datetime, this_key: str | None = None) -> list[OpenSession]:
    """Return somebody's open sessions, the last seen first."""
    rows = BrowserSession.objects.filter(person=person, expire_date__gt=at)
    return [
        OpenSession(
            handle=handle_of(row.session_key),
            device=row.device,
            address=row.address,
            began_at=row.began_at,
            seen_at=row.seen_at,
            is_this=row.session_key == this_key,
        )
        for row in rows.order_by("-seen_at", "session_key")
    ]


def handle_of(session_key: str) -> str:
    """Return what a session is named by in pages."""
    return sha256(session_key.encode()).hexdigest()[:16]


def end_sessions(
    person: Person,
    *,
    note: str,
    only: Collection[str] | None = None,
    but: str = "",
) -> list[AccessEvent]:
    """
    End somebody's sessions at their next request; return the entries of the access log.

    only: handles of those to end; None for all. but: the handle of one that stays.
    """
    ended = [
        row
        for row in BrowserSession.objects.filter(person=person).order_by("session_key")
        if (handle := handle_of(row.session_key)) != but and (only is None or handle in only)
    ]
    BrowserSession.objects.filter(session_key__in=[row.session_key for row in ended]).delete()
    return [
        record_access(
            AccessKind.ENDED,
            person=person,
            device=row.device or "unknown",
            address=row.address,
            note=note,
        )
        for row in ended
    ]
