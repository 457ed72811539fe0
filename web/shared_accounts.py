"""What a shared account may send: nothing but what concerns its own session."""

from django.http import HttpRequest

from accounts.models import Person
from audit.errors import NotAuthorised
from audit.refusals import record_refusal
from audit.signing import SHARED
from web.attribution import device_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SECTION = "accounts:"  # signing in and out, and what a session asks for meanwhile
OWN_CHOICES = frozenset({"preferences:choose", "sites:choose"})  # kept in the session only


def refusal_to_post(request: HttpRequest) -> NotAuthorised | None:
    """
    Say why this request may not go on; None when it may. What is refused is kept.

    Source: 21 CFR 11.10(d); URS-10.
    """
    person = request.user
    if request.method in SAFE or not isinstance(person, Person) or not person.is_shared:
        return None
    route = "" if request.resolver_match is None else request.resolver_match.view_name
    if route.startswith(OWN_SECTION) or route in OWN_CHOICES:
        return None
    error = NotAuthorised([SHARED])
    record_refusal(
        action=route.replace(":", "_").replace("-", "_")[:60],
        error=error,
        actor=person,
        device=device_of(request),
        subject={"path": request.path[:200]},
    )
    return error
