"""Searching the trail: what the address asks for, the chips that say it, and the rows found."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from audit.pages import Page
from audit.queries.changes import ChangeEntry, TrailFilter, changes
from audit.queries.differences import Differences, differences_of
from audit.queries.refusals import RefusedEntry, RefusedFilter, refused_attempts
from audit.queries.touching import FieldChange
from custody.queries.about import records_about
from custody.queries.trail import hidden_from, refusals_shown_to
from custody.rules.critical import REFUSED_SCANS
from reports.actions.export_trail import ExportedTrail
from reports.trail.forms import MEDIA_TYPES, CopyForm
from web.audit_pages import csv_url_of, masked_for, tabs_at
from web.forms.audit import TrailCopyForm, TrailForm
from web.gates import TRAIL_REVIEWERS
from web.http import Request
from web.keyset import cursor, pager_of
from web.presenters import EmptyState, FilterChip
from web.signing import Attempt

NOT_TRIED = Attempt()
NO_CHANGES = EmptyState(title="No change matches", words="Widen the dates, or take a filter away.")
READ_ON = EmptyState(
    title="No change on this stretch of the trail",
    words="A field without a thing is looked for in stretches: go on with Next, or name the thing.",
)
NO_REFUSALS = EmptyState(title="Nothing was refused", words="No attempt of this kind is recorded.")
NOT_OF_REFUSALS = frozenset({"field", "value", "step"})

MISMATCHES = REFUSED_SCANS
SIGNINGS = (
    *("WRONG_CREDENTIALS", "SAME_PERSON", "SHARED_ACCOUNT", "OTHER_SIGNER", "SIGN_IN_REFUSED"),
    "LOCKED_OUT",
)
UNAUTHORISED = ("ROLE_MISSING", "OUTSIDE_PROGRAM", "OUTSIDE_SITE", "DEACTIVATED")
_KINDS = {"mismatch": MISMATCHES, "signing": SIGNINGS, "unauthorised": UNAUTHORISED}


@dataclass(frozen=True, kw_only=True)
class TrailRow:
    """One change of the list, with what it wrote."""

    entry: ChangeEntry
    wrote: Differences


def filter_of(request: Request, form: TrailForm, *, but_by: int | None = None) -> TrailFilter:
    """
    Return what the filters ask for.

    but_by: whose own changes are left out.
    """
    said = {name: str(value or "").strip() for name, value in form.said().items()}
    code, field = said.get("code", ""), said.get("field", "")
    return TrailFilter(
        actors=form.actor_ids(),
        action=said.get("action", ""),
        since=form.begins(),
        until=form.ends(),
        reason=said.get("reason", ""),
        role=said.get("role", ""),
        device=said.get("device", ""),
        step=said.get("step", ""),
        about=records_about(code, seen_by=request.user) if code else None,
        but_by=but_by,
        field=FieldChange(name=field, value=said.get("value", "")) if field else None,
    )


def trail_page(request: Request, form: TrailForm, but_not: Q) -> Page[ChangeEntry]:
    """Return the page of the trail that the filters ask for."""
    return changes(matching=filter_of(request, form), but_not=but_not, **cursor(request))


def _review_url(request: Request, chosen: Mapping[str, tuple[str, str]]) -> str:
    """Lead to the review of what is found; nowhere for who signs none."""
    may_review = not TRAIL_REVIEWERS.isdisjoint(request.user.role_names())
    return _address(reverse("audit:new_review"), chosen) if may_review else ""


def said_in_words(form: TrailForm) -> str:
    """Say the filters as a copy or a review prints them."""
    return "; ".join(words for _, words in form.chosen().values())


def trail_file(made: ExportedTrail, form: CopyForm) -> FileResponse:
    """Hand out a copy, piece by piece."""
    return FileResponse(
        made.content,
        as_attachment=True,
        filename=made.export.file_name,
        content_type=MEDIA_TYPES[form],
    )


def trail_context(
    request: Request,
    form: TrailForm,
    page: Page[ChangeEntry],
    but_not: Q,
    copy_form: TrailCopyForm | None = None,
    tried: Attempt = NOT_TRIED,
) -> dict[str, object]:
    """Gather the trail's page."""
    chosen = form.chosen()
    copy_form = copy_form or TrailCopyForm()
    url = reverse("audit:index")
    wrote = differences_of([entry.id for entry in page.rows], masked=masked_for(request))
    return {
        "tabs": tabs_at("index", request.user),
        "form": form,
        "is_open": len(form.errors) > 0,
        "chips": chips_of(url, chosen),
        "rows": [
            TrailRow(entry=entry, wrote=wrote.get(entry.id, Differences())) for entry in page.rows
        ],
        "pager": pager_of(page, _address(url, chosen)),
        "csv_url": csv_url_of(request),
        "copy_form": copy_form,
        "refusals": tried.refusals,
        "review_url": _review_url(request, chosen),
        "copy_url": _address(reverse("audit:export"), chosen),
        "empty": READ_ON if page.older else NO_CHANGES,
        "is_walled": bool(but_not),
    }


def answer_untaken_copy(
    request: Request, form: TrailForm, copy_form: TrailCopyForm, tried: Attempt
) -> HttpResponse:
    """Show the list again, with every reason why no copy was made."""
    but_not = hidden_from(request.user)
    page = trail_page(request, form, but_not)
    context = trail_context(request, form, page, but_not, copy_form, tried)
    return render(request, "audit/index.html", context, status=tried.status)


def chips_of(url: str, chosen: Mapping[str, tuple[str, str]]) -> list[FilterChip]:
    """Give a chip for each filter in force; it leads to the list without that filter."""
    return [
        FilterChip(
            label=words,
            url=_address(url, {key: value for key, value in chosen.items() if key != name}),
            active=True,
        )
        for name, (_, words) in chosen.items()
    ]


def _address(url: str, chosen: Mapping[str, tuple[str, str]]) -> str:
    said = {name: value for name, (value, _) in chosen.items()}
    return f"{url}?{urlencode(said)}" if said else url


def refused_page(request: Request, form: TrailForm) -> Page[RefusedEntry]:
    """Return the page of refused attempts that the chips and the filters ask for."""
    said = {name: str(value or "").strip() for name, value in form.said().items()}
    wanted = RefusedFilter(
        codes=_KINDS.get(request.GET.get("kind", ""), ()),
        actors=form.actor_ids(),
        typed=said.get("person", ""),
        action=said.get("action", ""),
        since=form.begins(),
        until=form.ends(),
        words=said.get("reason", ""),
        role=said.get("role", ""),
        device=said.get("device", ""),
        mentions=said.get("code", ""),
    )
    return refused_attempts(
        shows=lambda entries: refusals_shown_to(request.user, entries),
        matching=wanted,
        **cursor(request),
    )


def refused_context(
    request: Request, form: TrailForm, page: Page[RefusedEntry]
) -> dict[str, object]:
    """Gather the page of refused attempts."""
    kind = request.GET.get("kind", "")
    url = reverse("audit:refused")
    chosen = {key: said for key, said in form.chosen().items() if key not in NOT_OF_REFUSALS}
    kinds = {"": "All", "mismatch": "Mismatches", "signing": "Signing and signing in"}
    kinds["unauthorised"] = "Not authorised"
    here = {**chosen, "kind": (kind, "")} if kind in _KINDS else chosen
    for name in NOT_OF_REFUSALS:
        form.fields.pop(name, None)
    return {
        "tabs": tabs_at("refused", request.user),
        "form": form,
        "is_open": len(form.errors) > 0,
        "kinds": [
            FilterChip(
                label=label,
                url=_address(url, {**chosen, "kind": (name, "")} if name else chosen),
                active=name == kind,
            )
            for name, label in kinds.items()
        ],
        "chips": chips_of(url, chosen),
        "rows": page.rows,
        "pager": pager_of(page, _address(url, here)),
        "csv_url": csv_url_of(request),
        "empty": NO_REFUSALS,
    }
