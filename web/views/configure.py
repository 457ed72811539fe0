"""Configuration lists: what is set up, and where to add to it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.roles import Role
from web.configuring import lists
from web.configuring.gate import READERS, insist_on, is_administrator, may_decide
from web.configuring.person import account_or_404
from web.configuring.readiness import verifications_of
from web.http import Request


@require_safe
def index(request: Request) -> HttpResponse:
    """Show what can be set up."""
    insist_on(request.user, *READERS)
    context = {
        "is_administrator": is_administrator(request.user),
        "may_decide": may_decide(request.user),
        "without_limits": lists.count_without_limits(request.user, at=timezone.now()),
    }
    return render(request, "configure/index.html", context)


@require_safe
def sites(request: Request) -> HttpResponse:
    """Show the sites."""
    insist_on(request.user, *READERS)
    context = {"sites": lists.sites_for(request.user), "may_add": is_administrator(request.user)}
    return render(request, "configure/sites.html", context)


@require_safe
def types(request: Request) -> HttpResponse:
    """Show the types of container."""
    insist_on(request.user, *READERS)
    context = {"types": lists.types(), "may_add": is_administrator(request.user)}
    return render(request, "configure/types.html", context)


@require_safe
def programs(request: Request) -> HttpResponse:
    """Show the sponsors and their programs."""
    insist_on(request.user, *READERS)
    context = {
        "sponsors": lists.sponsors_for(request.user),
        "programs": lists.programs_for(request.user),
        "may_add": is_administrator(request.user),
    }
    return render(request, "configure/programs.html", context)


@require_safe
def products(request: Request) -> HttpResponse:
    """Show the products with the limits in force."""
    insist_on(request.user, *READERS)
    rows = lists.products_for(request.user, at=timezone.now())
    context = {
        "products": rows,
        "without_limits": [row for row in rows if row.limits is None],
        "may_add": is_administrator(request.user),
        "may_limit": Role.QA in request.user.role_names(),
    }
    return render(request, "configure/products.html", context)


@require_safe
def people(request: Request) -> HttpResponse:
    """Show the accounts."""
    insist_on(request.user, *READERS)
    context = {"people": lists.people(), "may_add": is_administrator(request.user)}
    return render(request, "configure/people.html", context)


@require_safe
def person(request: Request, person_id: int) -> HttpResponse:
    """Show one account with its roles and scopes."""
    insist_on(request.user, *READERS)
    account = account_or_404(person_id, seen_by=request.user)
    context = {
        "account": account,
        "verifications": verifications_of(account.person),
        "may_change": is_administrator(request.user),
    }
    return render(request, "configure/person.html", context)


@require_safe
def tokens(request: Request) -> HttpResponse:
    """Show the tokens by which other systems prove who they are."""
    insist_on(request.user, Role.ADMINISTRATOR, Role.QA)
    context = {"tokens": lists.tokens(), "may_issue": is_administrator(request.user)}
    return render(request, "configure/tokens.html", context)
