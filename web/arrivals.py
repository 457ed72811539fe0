"""What happens when somebody comes back from the identity provider, by what they left for."""

from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts import provider, sessions
from accounts.actions.link_provider import link_provider
from accounts.arriving import insist_on_person, person_let_in
from accounts.models import AccessKind, Person
from accounts.second_factor import has_second_factor
from audit.errors import DomainError, SigningFailed
from audit.proofs import Purpose
from audit.refusals import record_refusal
from web.attribution import attributed, device_of, proof_for, request_id_of
from web.coming_in import come_in, note_way_in, record
from web.http import Request
from web.journeys import Errand, Journey
from web.second_factor_gate import ask_for_code

BACKEND = "accounts.backends.PersonBackend"


def arrive(request: Request, journey: Journey | None) -> HttpResponse:
    """
    Go on with what somebody left for.

    Raises DomainError: what they bring back proves nothing, or not what it must.
    """
    if journey is None:
        error = SigningFailed([provider.NOT_PROVEN])
        _keep(request, error, action="return_from_provider")
        raise error
    if not _may_go_on(request, journey.errand):
        return redirect(journey.back)
    return _ERRANDS[journey.errand](request, journey)


def _may_go_on(request: HttpRequest, errand: Errand) -> bool:
    """Say whether the session is still one in which this can be done."""
    if not isinstance(request.user, Person):
        return errand == Errand.SIGN_IN
    return errand == Errand.UNLOCK or not sessions.is_locked(request.session)


def _sign_in(request: Request, journey: Journey) -> HttpResponse:
    """Begin the session of whoever proved who they are; a second factor comes next."""
    proof = proof_for(request, Purpose.SIGN_IN)
    person = person_let_in(request, departed_at=journey.departed_at, proof=proof)
    login(request, person, backend=BACKEND)
    note_way_in(request)
    if has_second_factor(person):
        ask_for_code(request.session)
    else:
        come_in(request)
    return redirect(journey.back)


def _unlock(request: Request, journey: Journey) -> HttpResponse:
    """Let a locked session go on."""
    proof = proof_for(request, Purpose.UNLOCK)
    try:
        insist_on_person(request, request.user, departed_at=journey.departed_at, proof=proof)
    except SigningFailed as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('accounts:unlock')}?{urlencode({'next': journey.back})}")
    sessions.unlock(request.session, at=timezone.now())
    record(request, AccessKind.CAME_BACK)
    return redirect(journey.back)


def _link(request: Request, journey: Journey) -> HttpResponse:
    """Bind the account of this session to who was proven."""
    try:
        identity = provider.arrive(request, departed_at=journey.departed_at)
    except SigningFailed as error:
        _keep(request, error, action="link_provider")
        raise
    linked = link_provider(
        person_id=request.user.pk,
        identity=identity,
        attribution=attributed(request, "Linked their own account"),
        at=timezone.now(),
        this_session=sessions.handle_of(request.session.session_key or ""),
    )
    update_session_auth_hash(request, linked)
    note_way_in(request)
    messages.success(request, "Your account is linked. From now on you sign in and sign there.")
    return redirect(journey.back)


def _keep(request: HttpRequest, error: DomainError, *, action: str) -> None:
    record_refusal(
        action=action,
        error=error,
        actor=request.user if isinstance(request.user, Person) else None,
        device=device_of(request),
        request_id=request_id_of(request),
    )


_ERRANDS = {
    Errand.SIGN_IN: _sign_in,
    Errand.UNLOCK: _unlock,
    Errand.LINK: _link,
}
