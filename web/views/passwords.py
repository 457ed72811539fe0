"""One's own password: changed here by everybody, and by nobody else."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.proofs import Purpose
from web.attribution import proof_for
from web.forms.passwords import PasswordForm
from web.http import Request
from web.own_password import password_context, take_password
from web.signing import attempt


@require_http_methods(["GET", "HEAD", "POST"])
def password(request: Request) -> HttpResponse:
    """Show the form, or take the new password."""
    at = timezone.now()
    proof = proof_for(request, Purpose.CHANGE)
    form = PasswordForm(request.POST or None, person=request.user, proof=proof)
    tried = attempt(form, lambda: take_password(request, form, at))
    if tried.is_done:
        messages.success(request, "Your password is changed. Your other sessions ended.")
        return redirect("/")
    context = password_context(request, form, tried, at)
    return render(request, "accounts/password.html", context, status=tried.status)
