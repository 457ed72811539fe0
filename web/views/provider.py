"""The identity provider: leaving for it, coming back from it, and linking one's own account."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import provider, sessions
from accounts.models import Person
from accounts.provider_links import link_of, permission_of
from audit.proofs import Purpose
from web.arrivals import arrive
from web.attribution import proof_for
from web.forms.unlocking import UnlockForm
from web.http import Request, own_url
from web.journeys import Errand, returned, set_out


@login_not_required
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Send somebody to the provider: to sign in, or to unlock the session they have."""
    if not provider.is_configured():
        raise Http404
    back = own_url(request, request.GET.get("next", "/"))
    if not isinstance(request.user, Person):
        return redirect(set_out(request, Errand.SIGN_IN, back=back))
    link = link_of(request.user.pk)
    if link is None or not sessions.is_locked(request.session):
        return redirect("/")
    return redirect(set_out(request, Errand.UNLOCK, back=back, known_as=link.known_as))


@login_not_required
@require_safe
def callback(request: Request) -> HttpResponse:
    """Take somebody back from the provider, and go on with what they left for."""
    if not provider.is_configured():
        raise Http404
    return arrive(request, returned(request))


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: Request) -> HttpResponse:
    """Show how one's account is linked; take the permission up with password and provider."""
    proof = proof_for(request, Purpose.CHANGE)
    permission = permission_of(request.user.pk) if provider.is_configured() else None
    form = UnlockForm(request.POST or None, person=request.user, proof=proof)
    if permission is not None and form.is_valid():
        address = set_out(request, Errand.LINK, back=request.path)
        return render(request, "accounts/leave.html", {"address": address})
    context = {"form": form, "permission": permission, "linked": link_of(request.user.pk)}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/provider.html", context, status=status)
