"""The second factor on screen: its code asked for, a device enrolled, recovery codes shown once."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.second_factor import has_second_factor
from web.coming_in import come_in
from web.enrolment import CodeForm, code_is_theirs, enrol, picture_of, spare_key
from web.http import Request
from web.second_factor_gate import is_asked, take_code
from web.signing import attempt

_either = require_http_methods(["GET", "HEAD", "POST"])


@_either
def code(request: Request) -> HttpResponse:
    """Ask for a one-time code, once in a session."""
    if not is_asked(request.session):
        return redirect("/")
    form = CodeForm(request.POST or None)
    if form.is_valid() and code_is_theirs(request, form):
        take_code(request.session)
        come_in(request)
        return redirect("/")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/code.html", {"form": form}, status=status)


@_either
def second_factor(request: Request) -> HttpResponse:
    """Show how to enrol a device, or enrol it and show the recovery codes, this once."""
    if has_second_factor(request.user):
        return render(request, "accounts/enrolled.html")
    form, codes = CodeForm(request.POST or None), list[str]()
    tried = attempt(form, lambda: codes.extend(enrol(request, form, timezone.now())))
    if tried.is_done:
        take_code(request.session)
        messages.success(request, "Your device is enrolled.")
        return render(request, "accounts/recovery_codes.html", {"codes": codes})
    context = {
        "form": form,
        "refusals": tried.refusals,
        "picture": picture_of(request),
        "key": spare_key(request),
    }
    return render(request, "accounts/second_factor.html", context, status=tried.status)
