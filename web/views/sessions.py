"""Sessions: unlocked with the same person's password, listed, and ended."""

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import sessions
from accounts.access import record_access
from accounts.actions.end_own_sessions import end_own_sessions
from accounts.models import AccessKind
from audit.proofs import Purpose
from web.attribution import address_of, attributed, device_of, proof_for
from web.forms.signing import problems_of
from web.forms.unlocking import UnlockForm
from web.http import Request, own_url


@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: Request) -> HttpResponse:
    """Ask for the password of the session's person, and go back to the page."""
    person = request.user
    proof = proof_for(request, Purpose.UNLOCK)
    form = UnlockForm(request.POST or None, person=person, proof=proof)
    back = own_url(request, request.GET.get("next", "/"))
    if form.is_valid():
        sessions.unlock(request.session, at=timezone.now())
        record_access(
            AccessKind.CAME_BACK,
            person=person,
            device=device_of(request),
            address=address_of(request),
        )
        return HttpResponse(status=204) if request.htmx else redirect(back)
    status = 422 if form.is_bound else 200
    if request.htmx:
        return HttpResponse(" ".join(problems_of(form)), content_type="text/plain", status=status)
    context = {
        "person": person,
        "form": form,
        "back": back,
        "user": AnonymousUser(),  # no menus behind a lock
    }
    return render(request, "accounts/unlock.html", context, status=status)


@require_safe
def session(request: Request) -> HttpResponse:
    """Say to the page how long the session stays open, in seconds."""
    left = sessions.left_until_lock(request.session, at=timezone.now())
    is_locked = sessions.is_locked(request.session)
    return JsonResponse({"locked": is_locked, "seconds_left": left.total_seconds()})


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: Request) -> HttpResponse:
    """List one's own sessions, or end one of them or all others."""
    key = request.session.session_key
    listed = sessions.sessions_of(request.user, at=timezone.now(), this_key=key)
    if request.method == "POST":
        chosen = request.POST.get("session", "")
        ended = end_own_sessions(
            person_id=request.user.pk,
            handles=[
                each.handle
                for each in listed
                if not each.is_this and chosen in {each.handle, "others"}
            ],
            attribution=attributed(request, "Ended sessions of their own"),
        )
        messages.success(request, f"{ended} session{'' if ended == 1 else 's'} ended.")
        return redirect("accounts:sessions")
    return render(request, "accounts/sessions.html", {"sessions": listed})
