"""One's own password: what its page shows, and taking another."""

from datetime import datetime

from django.contrib.auth import update_session_auth_hash

from accounts.access_rules import limits_in_force
from accounts.actions.change_password import change_password
from accounts.passwords import must_change
from accounts.sessions import handle_of
from web.attribution import attributed
from web.forms.passwords import PasswordForm
from web.http import Request
from web.signing import Attempt


def take_password(request: Request, form: PasswordForm, at: datetime) -> None:
    """Take the new password, and let this session go on with it."""
    changed = change_password(
        person_id=request.user.pk,
        password=form.cleaned_data["new"],
        attribution=attributed(request, "Changed their own password"),
        at=at,
        this_session=handle_of(request.session.session_key or ""),
    )
    update_session_auth_hash(request, changed)


def password_context(
    request: Request, form: PasswordForm, tried: Attempt, at: datetime
) -> dict[str, object]:
    """Gather the page."""
    return {
        "form": form,
        "refusals": tried.refusals,
        "limits": limits_in_force(),
        "must_change": must_change(request.user, at=at),
        "is_temporary": request.user.password_is_temporary,
    }
