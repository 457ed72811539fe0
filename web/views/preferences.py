"""Screens' preferences: a choice is posted, kept in a cookie, and the page is shown again."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from web.preferences import CHOICES, KEPT_FOR


@login_not_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the posted choices of this screen and go back to the page."""
    chosen = {name: request.POST[name] for name in CHOICES if name in request.POST}
    if not chosen or any(value not in CHOICES[name] for name, value in chosen.items()):
        return HttpResponseBadRequest("That choice does not exist.")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    response = redirect(back)
    for name, value in chosen.items():
        response.set_cookie(
            name, value, max_age=KEPT_FOR, samesite="Lax", secure=request.is_secure()
        )
    return response
