"""The second factor on screen: its code asked for, a device enrolled, recovery codes shown once."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.second_factor import has_app
from accounts.security_keys import keys_of
from web.coming_in import come_in
from web.enrolment import CodeForm, code_is_theirs, enrol, picture_of, spare_key
from web.http import Request
from web.own_keys import (
    KeyForm,
    RemovalForm,
    change_keys,
    options_to_enrol,
    options_to_prove,
    problem_with_key,
)
from web.second_factor_gate import is_asked, take_code
from web.signing import attempt

_either = require_http_methods(["GET", "HEAD", "POST"])


@_either
def code(request: Request) -> HttpResponse:
    """Ask for a one-time code or a security key, once in a session."""
    if not is_asked(request.session):
        return redirect("/")
    by_key = "answer" in request.POST
    form = CodeForm(None if by_key else request.POST or None)
    problem = problem_with_key(request) if by_key else ""
    is_right = not problem if by_key else form.is_valid() and code_is_theirs(request, form)
    if is_right:
        take_code(request.session)
        come_in(request)
        return redirect("/")
    context = {
        "form": form if has_app(request.user) else None,
        "problem": problem,
        "options": options_to_prove(request),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/code.html", context, status=status)


@_either
def second_factor(request: Request) -> HttpResponse:
    """Show how to enrol a device, or enrol it and show the recovery codes, this once."""
    if has_app(request.user):
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


@_either
def security_keys(request: Request) -> HttpResponse:
    """List one's own keys; enrol another, or remove one."""
    kind = RemovalForm if "remove" in request.POST else KeyForm
    form = kind(request.POST or None)
    tried = attempt(form, lambda: change_keys(request, form))
    if tried.is_done:
        return redirect("accounts:security_keys")
    context = {
        "form": form if isinstance(form, KeyForm) else KeyForm(),
        "refusals": tried.refusals,
        "keys": keys_of(request.user),
        "options": options_to_enrol(request),
    }
    return render(request, "accounts/keys.html", context, status=tried.status)
