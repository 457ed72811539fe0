"""Designing a type of container, with a picture of it while it is being designed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.roles import Role
from inventory.actions.add_container_type import add_container_type
from web.configuring.gate import insist_on
from web.configuring.picture import picture_of
from web.configuring.setups import sheet
from web.forms.configure import ContainerTypeForm
from web.http import Request, is_htmx
from web.sheets import own_fields
from web.signing import PERFORMED, Attempt, attempt, prove, sign_fields


@require_http_methods(["GET", "HEAD", "POST"])
def add_type(request: Request) -> HttpResponse:
    """Add a type of container; `preview` only draws what is entered so far."""
    insist_on(request.user, Role.ADMINISTRATOR)
    form = ContainerTypeForm(request.POST or None)
    if is_htmx(request) or "preview" in request.POST:
        return _answer(request, form, Attempt())

    def act() -> object:
        return add_container_type(
            name=form.cleaned_data["name"],
            design=form.design(),
            intent=prove(request, form, PERFORMED),
        )

    tried = attempt(form, act)
    if tried.is_done:
        messages.success(request, "The type is added. Containers of it can be added now.")
        return redirect("configure:types")
    return _answer(request, form, tried)


def _answer(request: Request, form: ContainerTypeForm, tried: Attempt) -> HttpResponse:
    page = sheet("Add a container type", under="types")
    context = {
        "sheet": page,
        "own_fields": own_fields(form),
        "refusals": tried.refusals,
        "picture": picture_of(form),
        "fields": sign_fields(
            request, form, tried, signs=PERFORMED, statement=page.statement, reasons=()
        ),
    }
    template = "configure/type.html#picture" if is_htmx(request) else "configure/type.html"
    return render(request, template, context, status=tried.status)
