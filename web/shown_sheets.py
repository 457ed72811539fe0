"""The token that a signing page carries: whose it is, and exactly what it showed."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Model
from django.utils import timezone

from audit.authors import ShownSheet
from audit.sheets import newest_versions
from web.http import Request

FIELD = "sheet"
_SALT = "web.shown_sheets"
Hidden = Iterable[tuple[str, str]]
Records = Iterable[tuple[type[Model], int]]


def token_of(request: Request, records: Records, hidden: Hidden = ()) -> str:
    """
    Return the token of a sheet that this answer shows; nobody can make or alter one.

    records: what it shows, each by model and key; read from the database before this.
    hidden: what the form sends along, by name and value.
    Source: 21 CFR 11.70; URS-52.
    """
    versions = newest_versions(records)
    kept = _circumstances(request) | {
        "nonce": secrets.token_urlsafe(16),
        "shown_at": timezone.now().isoformat(),
        "hidden": [list(pair) for pair in hidden],
        "versions": {label: list(found.items()) for label, found in versions.items()},
    }
    return signing.dumps(kept, salt=_SALT, compress=True)


def shown_sheet(request: Request) -> ShownSheet | None:
    """
    Return the sheet that the posted token is of.

    None: there is no token, or it is of another session, person or address, or the form sends
    other things along than it was given.
    """
    kept = _posted(request)
    if kept is None:
        return None
    if any(kept[name] != value for name, value in _circumstances(request).items()):
        return None
    names = {name for name, _ in kept["hidden"]}
    sent = [[name, value] for name in names for value in request.POST.getlist(name)]
    if sorted(sent) != sorted(kept["hidden"]):
        return None
    return ShownSheet(
        nonce=kept["nonce"],
        shown_at=datetime.fromisoformat(kept["shown_at"]),
        versions={label: dict(found) for label, found in kept["versions"].items()},
    )


def person_shown(request: Request) -> int | None:
    """Return the key of the person to whom the posted sheet was shown, in whatever session."""
    kept = _posted(request)
    return None if kept is None else kept["person"]


def _posted(request: Request) -> dict[str, Any] | None:
    try:
        kept: dict[str, Any] = signing.loads(request.POST.get(FIELD, ""), salt=_SALT)
    except signing.BadSignature:
        return None
    return kept


def _circumstances(request: Request) -> dict[str, object]:
    return {
        "person": request.user.pk,
        "session": signing.Signer(salt=_SALT).signature(request.session.session_key or ""),
        "path": request.path,
    }
