"""Accounts: opening and closing them, roles, scopes and tokens; each is one signed sheet."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.actions.issue_service_token import issue_service_token
from accounts.models import Person, ServiceToken
from accounts.roles import Role
from web.configuring import accounts, at_provider
from web.configuring.gate import insist_on
from web.configuring.person import account_or_404
from web.configuring.setups import answer_set_up, sheet
from web.forms.people import TokenForm
from web.http import Request
from web.sheets import answer_sheet
from web.signing import PERFORMED, attempt, prove

_either = require_http_methods(["GET", "HEAD", "POST"])


@_either
def add_person(request: Request) -> HttpResponse:
    """Open an account."""
    return answer_set_up(request, accounts.opening(request.POST or None))


@_either
def close_person(request: Request, person_id: int) -> HttpResponse:
    """Close an account."""
    account = account_or_404(person_id, seen_by=request.user)
    return answer_set_up(request, accounts.closing(request.POST or None, account))


@_either
def reset_password(request: Request, person_id: int) -> HttpResponse:
    """Open the way to another password, and show the secret, this once."""
    account = account_or_404(person_id, seen_by=request.user)
    return answer_set_up(request, accounts.resetting_password(request.POST or None, account))


@_either
def reset_second_factor(request: Request, person_id: int) -> HttpResponse:
    """Take a lost second factor away."""
    account = account_or_404(person_id, seen_by=request.user)
    setup = accounts.resetting_second_factor(request.POST or None, account, timezone.now())
    return answer_set_up(request, setup)


@_either
def permit_provider(request: Request, person_id: int) -> HttpResponse:
    """Permit somebody to sign in at the identity provider."""
    account = account_or_404(person_id, seen_by=request.user)
    setup = at_provider.permitting(request.POST or None, account, timezone.now())
    return answer_set_up(request, setup)


@_either
def end_provider_link(request: Request, person_id: int) -> HttpResponse:
    """End somebody's sign-in at the identity provider."""
    account = account_or_404(person_id, seen_by=request.user)
    setup = at_provider.ending(request.POST or None, account, timezone.now())
    return answer_set_up(request, setup)


@_either
def end_sessions(request: Request, person_id: int) -> HttpResponse:
    """End sessions of somebody."""
    account = account_or_404(person_id, seen_by=request.user)
    return answer_set_up(request, accounts.ending_sessions(request.POST or None, account))


@_either
def unlock_person(request: Request, person_id: int) -> HttpResponse:
    """Unlock an account that failures have locked."""
    account = account_or_404(person_id, seen_by=request.user)
    return answer_set_up(request, accounts.unlocking(request.POST or None, account))


@_either
def give_role(request: Request, person_id: int) -> HttpResponse:
    """Give somebody a role."""
    account = account_or_404(person_id, seen_by=request.user)
    return answer_set_up(request, accounts.giving_role(request.POST or None, account))


@_either
def take_role(request: Request, person_id: int) -> HttpResponse:
    """Take a role back from somebody."""
    account = account_or_404(person_id, seen_by=request.user)
    return answer_set_up(request, accounts.taking_role(request.POST or None, account))


@_either
def open_scope(request: Request, person_id: int) -> HttpResponse:
    """Open a program or site to somebody."""
    account = account_or_404(person_id, seen_by=request.user)
    return answer_set_up(request, accounts.opening_scope(request.POST or None, account))


@_either
def close_scope(request: Request, person_id: int) -> HttpResponse:
    """Close a program or site to somebody."""
    account = account_or_404(person_id, seen_by=request.user)
    return answer_set_up(request, accounts.closing_scope(request.POST or None, account))


@_either
def issue_token(request: Request) -> HttpResponse:
    """Issue a token for a service account and show it, this once."""
    insist_on(request.user, Role.ADMINISTRATOR)
    services = Person.objects.filter(groups__name=Role.SERVICE, is_active=True)
    form = TokenForm(request.POST or None, accounts=list(services.values_list("pk", "full_name")))
    issued: list[str] = []

    def act() -> None:
        name, account = form.cleaned_data["name"], form.cleaned_data["account"]
        intent = prove(request, form, PERFORMED)
        issued.append(issue_service_token(name=name, account_id=account, intent=intent))

    tried = attempt(form, act)
    if tried.is_done:
        return render(request, "configure/token.html", {"token": issued[0]})
    words = "The token is shown once; the system that uses it keeps it as a secret."
    page = sheet("Issue a token", under="tokens", words=words)
    return answer_sheet(request, page, form, tried, signs=PERFORMED)


@_either
def revoke_token(request: Request, token_id: int) -> HttpResponse:
    """Revoke a token."""
    insist_on(request.user, Role.ADMINISTRATOR, Role.QA)
    token = get_object_or_404(ServiceToken, pk=token_id)
    at = timezone.now()
    return answer_set_up(request, accounts.revoking_token(request.POST or None, token, at))
