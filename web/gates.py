"""Sections that only some roles may open; what somebody may do there, the actions decide."""

from collections.abc import Collection

from audit.authors import Author
from audit.errors import NotAuthorised, Refusal
from web.http import Request
from web.navigation import REVIEWERS

AUDIT_READERS = REVIEWERS | {"administrator"}
NOTICE_READERS = frozenset({"administrator", "qa", "inspector"})
TRAIL_REVIEWERS = frozenset({"qa", "release"})
DEVIATION_REPORTERS = frozenset({"technician", "supervisor", "qa", "release"})
INCIDENT_REPORTERS = DEVIATION_REPORTERS | {"administrator"}
INVESTIGATORS = frozenset({"qa", "supervisor"})
QUALITY_ONLY = frozenset({"qa"})


def insist_on_role(request: Request, allowed: Collection[str]) -> None:
    """
    Stop somebody whose roles do not open a section.

    Raises NotAuthorised: none of their roles is among the `allowed` ones.
    """
    if not set(allowed) & set(request.user.role_names()):
        words = "This section is for other roles than yours. Ask an administrator if you need it."
        raise NotAuthorised([Refusal("ROLE_MISSING", words)])


def insist_on_a_doer(request: Request) -> None:
    """
    Stop an inspector at the door of a form that is signed or changes product.

    Only when it is opened: what is sent all the same the action refuses, and that is kept.
    Raises NotAuthorised: all they hold is the inspector's role.
    """
    if request.method in {"GET", "HEAD"} and set(request.user.role_names()) == {"inspector"}:
        words = "You read and copy records, and change none. Ask somebody of the floor or quality."
        raise NotAuthorised([Refusal("ROLE_MISSING", words)])


def opens_audit(person: Author) -> bool:
    """Say whether somebody may open the audit trail, so that links to it lead somewhere."""
    return bool(AUDIT_READERS & set(person.role_names()))


def opens_notices(person: Author) -> bool:
    """Say whether somebody may open the security notices, which name accounts of all sponsors."""
    return bool(NOTICE_READERS & set(person.role_names()))
