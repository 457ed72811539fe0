"""The list of therapies, and the page that answers where one is and whether it may be used."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from custody.queries.therapies import therapies, therapy_facts
from web.http import Request
from web.keyset import cursor, pager_of
from web.links import with_query
from web.presenters import EmptyState
from web.retention_pages import retention_words
from web.therapy_pages import therapy_page

NONE = EmptyState(
    title="No therapies here",
    words="They appear when manufacturing reports a completed batch of a program you may see.",
)


@require_safe
def index(request: Request) -> HttpResponse:
    """List the therapies that this person may see."""
    product = request.GET.get("product", "")
    page = therapies(seen_by=request.user, product=product, **cursor(request))
    context = {
        "rows": page.rows,
        "pager": pager_of(page, with_query(reverse("therapies:index"), product=product)),
        "product": product,
        "empty": NONE,
    }
    return render(request, "therapies/index.html", context)


@require_safe
def therapy(request: Request, coi: str) -> HttpResponse:
    """Answer where a therapy is and whether it may still be used, with all the evidence."""
    facts = therapy_facts(coi, seen_by=request.user, at=timezone.now())
    context = {"page": therapy_page(facts, request.user), "kept": retention_words(facts.coi)}
    return render(request, "therapies/therapy.html", context)
