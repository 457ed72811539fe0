"""One set-up each: the form, the sheet around it, the one action it carries out."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.roles import Role
from audit.authors import SignedIntent
from web.configuring.gate import insist_on
from web.forms.signing import SigningForm
from web.http import Request
from web.presenters import Crumb
from web.sheets import SignSheet, answer_sheet
from web.signing import PERFORMED, SignAs, attempt, prove


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """
    One thing to set up.

    act: carries it out with the proven intent. done: what is said then. signs: what is signed.
    told: a secret that `act` puts there to be shown, this once, with whom it is for.
    template: of a form that is laid out in its own way.
    """

    form: SigningForm
    sheet: SignSheet
    act: Callable[[SignedIntent], object]
    done: str
    done_url: str
    roles: tuple[Role, ...] = (Role.ADMINISTRATOR,)
    signs: SignAs = PERFORMED
    told: dict[str, str] = field(default_factory=dict)
    template: str = "signing/sheet.html"


def answer_set_up(request: Request, setup: SetUp) -> HttpResponse:
    """Show the sheet, or carry the set-up out when it was signed."""
    insist_on(request.user, *setup.roles)
    form = setup.form
    tried = attempt(form, lambda: setup.act(prove(request, form, setup.signs)))
    if tried.is_done and setup.told:
        return render(request, "configure/secret.html", {**setup.told, "next_url": setup.done_url})
    if tried.is_done:
        messages.success(request, setup.done)
        return redirect(setup.done_url)
    return answer_sheet(
        request, setup.sheet, form, tried, signs=setup.signs, template=setup.template
    )


def sheet(heading: str, *, under: str, words: str = "", **more: object) -> SignSheet:
    """
    Make the sheet of a set-up.

    under: the name of the address of the list it belongs to.
    """
    label, url = _LISTS[under], reverse(f"configure:{under}")
    facts: dict[str, object] = {
        "statement": f"{heading}: I checked what is entered here against the approved request.",
        "action_label": heading,
        "grave": False,
        "reasons": (),
    }
    return SignSheet(
        heading=heading,
        words=words,
        cancel_url=url,
        crumbs=(
            _root_of(under),
            Crumb(label=label, url=url),
            Crumb(label=heading),
        ),
        **(facts | more),  # type: ignore[arg-type]  # the sheet's own names
    )


def _root_of(under: str) -> Crumb:
    """Lead to where the list is found by all who work with it."""
    if under == "alarms":  # supervisors too, who do not read the configuration
        return Crumb(label="Alarms", url=reverse("temperature:alarms"))
    return Crumb(label="Configure", url=reverse("configure:index"))


_LISTS = {
    "sites": "Sites",
    "types": "Container types",
    "programs": "Sponsors and programs",
    "products": "Products",
    "instruments": "Instruments",
    "procedures": "Procedures",
    "people": "People",
    "requests": "Access requests",
    "feeds": "Sources of readings",
    "tokens": "Service tokens",
    "access": "Rules of access",
    "handling": "Rules of handling",
    "carriers": "Carriers",
    "warming_curves": "Warming curves",
    "access_reviews": "Reviews of access",
    "signing": "Signing",
    "probes": "Probes",
    "alarms": "Who is told",
    "limits": "Limits of temperature",
}
