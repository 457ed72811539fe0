"""What a sign-in does once somebody has proved who they are, with one factor or two."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.utils import timezone

from accounts.access import record_access
from accounts.actions.spend_temporary_password import spend_temporary_password
from accounts.lockout import forgive
from accounts.models import AccessKind
from accounts.passwords import days_left
from web.attribution import address_of, attributed, device_of
from web.http import Request

CAME_BY_PROVIDER = "came_by_provider"


def note_way_in(request: Request) -> None:
    """Let pages know that this session's person proves who they are at the provider."""
    request.session[CAME_BY_PROVIDER] = True


def come_in(request: Request) -> None:
    """
    Record the sign-in, use a temporary password up, and tell in time when one's own expires.

    Source: URS-20, URS-58, URS-66.
    """
    person = request.user
    forgive(person.user_id)
    record(request, AccessKind.SIGNED_IN)
    if person.password_is_temporary:
        reason = attributed(request, "Signed in with it")
        spent = spend_temporary_password(person_id=person.pk, attribution=reason)
        update_session_auth_hash(request, spent)
    left = days_left(person, at=timezone.now())
    if left is not None:
        days = "1 day" if left == 1 else f"{left} days"
        messages.warning(request, f"Your password expires in {days}: change it soon.")


def record(request: Request, kind: AccessKind) -> None:
    """Keep in the access log what the person of this session did at the door."""
    record_access(
        kind,
        person=request.user,
        device=device_of(request),
        address=address_of(request),
        note="At the identity provider" if request.session.get(CAME_BY_PROVIDER) else "",
    )
