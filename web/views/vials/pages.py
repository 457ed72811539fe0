"""The page of one vial and the record behind it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from custody.queries.facts import facts_of_vial
from custody.queries.vial_page import story_of
from custody.queries.vial_record import record_of
from web.forms.storage import PastForm
from web.gates import opens_audit
from web.http import Request
from web.presenters import SignatureBlock
from web.vial_pages import crumbs_of, identity_of, strip_of, tabs_of, vial_page
from web.vial_past import past_context


@require_safe
def detail(request: Request, vial_id: int) -> HttpResponse:
    """Answer where a vial is and whether it may be used, with all the evidence."""
    at = timezone.now()
    facts = facts_of_vial(vial_id, seen_by=request.user, at=at)
    story = story_of(facts, seen_by=request.user, at=at)
    page = vial_page(facts, story, request.user, at=at)
    return render(request, "vials/detail.html", {"page": page})


@require_safe
def past(request: Request, vial_id: int) -> HttpResponse:
    """Show what the verdict was at an instant in the past, and what is known of then since."""
    at = timezone.now()
    facts = facts_of_vial(vial_id, seen_by=request.user, at=at)
    form = PastForm(request.GET or None)
    of = form.cleaned_data["at"] if form.is_valid() else None
    context = {**past_context(facts, of=of, at=at), "form": form}
    return render(request, "vials/past.html", context, status=422 if form.errors else 200)


@require_safe
def record(request: Request, vial_id: int) -> HttpResponse:
    """Show every signature under a vial's events, and every version of its row, old to new."""
    at = timezone.now()
    facts = facts_of_vial(vial_id, seen_by=request.user, at=at)
    found = record_of(vial_id)
    context = {
        "identity": identity_of(facts.vial),
        "strip": strip_of(facts, at=at),
        "crumbs": crumbs_of(facts.vial, "Signatures and versions"),
        "tabs": tabs_of(vial_id, "record"),
        "versions": found.versions,
        "signatures": [SignatureBlock(**vars(block)) for block in found.signatures],
        "links": opens_audit(request.user),
    }
    return render(request, "vials/record.html", context)
