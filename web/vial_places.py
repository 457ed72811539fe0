"""The page on which somebody says where a vial stands now: a box, its map, one place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from audit.errors import DomainError, Refusal
from custody.actions.move_vials import move_vials
from custody.actions.put_back_vials import put_back_vials
from custody.actions.record_found import record_found
from custody.actions.store_late import store_late
from custody.placements import Placement
from custody.queries.destinations import Destination, destination_of, place_by_code
from custody.queries.facts import VialFacts
from custody.queries.unguarded import Unguarded, unguarded_at
from inventory.codes.words import UnreadableScan
from inventory.models import Vial
from web.attribution import attributed
from web.forms.places import NO_PLACE, FoundForm, PlaceForm, StoreLateForm
from web.forms.signing import SigningForm
from web.gates import insist_on_a_doer
from web.http import Request
from web.late_entries import late_fields
from web.links import vial_url
from web.presenters import BoxMap, SignFields
from web.presenters.places import map_of
from web.put_away.screen import run_due_for
from web.running_out import evidence_of
from web.signing import PERFORMED, PERFORMED_AND_VERIFIED, Attempt, SignAs, prove, sign_fields
from web.vial_pages import crumbs_of, identity_of, strip_of
from web.vial_verbs import BY_NAME, Verb


@dataclass(frozen=True, kw_only=True)
class PlaceStep:
    """
    One step that puts a vial somewhere.

    act: takes the request, its valid form and the placement. signs: who signs; None where the
    session attributes the step.
    """

    verb: Verb
    form: type[PlaceForm]
    heading: str
    words: str
    statement: str = ""
    done: str
    act: Callable[[Request, PlaceForm, Placement, datetime], object]
    signs: SignAs | None = None


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The box that the page shows, or why the scanned one is none."""

    destination: Destination | None
    refusals: tuple[Refusal, ...] = ()


def choose_box(request: Request, vial: Vial, *, at: datetime) -> Chosen:
    """Find the box that was asked for, or the one the vial belongs to."""
    code = request.GET.get("box", "")
    try:
        return Chosen(destination=destination_of(vial, code, seen_by=request.user, at=at))
    except UnreadableScan as error:
        return Chosen(destination=None, refusals=(Refusal(error.code, error.words),))
    except DomainError as error:
        return Chosen(destination=None, refusals=tuple(error.refusals))


def placement_of(request: Request, form: PlaceForm) -> Placement:
    """
    Give the placement that was chosen on the map or scanned; a scanned place wins.

    Raises ActionRefused: the scanned code is of no place that holds vials.
    """
    entered: Mapping[str, Any] = form.cleaned_data
    scanned = entered["place"]
    key = place_by_code(scanned, seen_by=request.user) if scanned else entered["position"]
    return Placement(
        vial_id=form.vial.pk,
        position_id=key or 0,
        scanned_vial=entered["scanned"],
        scanned_place=scanned,
    )


def insist_on_a_place(form: forms.Form) -> None:
    """Refuse a form that names no place at all."""
    if (
        form.is_bound
        and form.is_valid()
        and not (form.cleaned_data.get("place") or form.cleaned_data.get("position"))
    ):
        form.add_error(None, NO_PLACE)


def answer_place(
    request: Request, step: PlaceStep, facts: VialFacts, form: PlaceForm, tried: Attempt
) -> HttpResponse:
    """
    Show the box, its map, the fields and every reason why it was not done.

    Raises NotAuthorised: an inspector opened it.
    """
    insist_on_a_doer(request)
    at = facts.judgement.as_of
    chosen = choose_box(request, facts.vial, at=at)
    context = {
        "step": step,
        "identity": identity_of(facts.vial),
        "strip": strip_of(facts, at=at),
        "crumbs": crumbs_of(facts.vial, step.heading),
        "blocked": step.verb.rule(facts),
        "evidence": evidence_of(facts.warmth, at=at) if step is PUT_BACK else None,
        "run_due": run_due_for([facts.vial], request.user) if step.signs is None else None,
        "way": "" if chosen.destination is None else chosen.destination.way,
        "map": _map(chosen.destination),
        "unguarded": _unguarded(chosen.destination, facts.vial, at),
        "box_refusals": chosen.refusals,
        "refusals": tried.refusals,
        "problems": tried.problems,
        "scanned": form["scanned"],
        "place": form["place"],
        "late_fields": late_fields(form) if isinstance(form, SigningForm) else [],
        "fields": _sign(request, step, facts, form, tried),
        "reason": str(form.data.get("reason", "")) if form.is_bound else "",
        "cancel_url": vial_url(facts.vial.pk),
    }
    return render(request, "vials/place_step.html", context, status=tried.status)


def _map(destination: Destination | None) -> BoxMap | None:
    if destination is None:
        return None
    return map_of(
        destination.container,
        destination.places,
        next_id=destination.position_id,
        choice_name="position",
    )


def _unguarded(destination: Destination | None, vial: Vial, at: datetime) -> list[Unguarded]:
    """Warn where the limits of the unit do not guard the product."""
    if destination is None:
        return []
    box = destination.container
    return unguarded_at(vial.batch.product, box.unit_id or box.pk, at=at)


def _sign(
    request: Request, step: PlaceStep, facts: VialFacts, form: PlaceForm, tried: Attempt
) -> SignFields | None:
    if step.signs is None or not isinstance(form, SigningForm):
        return None
    records = [(Vial, facts.vial.pk)]
    statement = step.statement.format(code=facts.vial.code)
    return sign_fields(request, form, tried, signs=step.signs, statement=statement, records=records)


def _move(request: Request, form: PlaceForm, to: Placement, at: datetime) -> object:
    attribution = attributed(request, form.cleaned_data["reason"])
    return move_vials(placements=[to], attribution=attribution, at=at)


def _put_back(request: Request, form: PlaceForm, to: Placement, at: datetime) -> object:
    attribution = attributed(request, form.cleaned_data["reason"])
    return put_back_vials(placements=[to], attribution=attribution, at=at)


def _found(request: Request, form: PlaceForm, to: Placement, at: datetime) -> object:
    if not isinstance(form, FoundForm):
        raise TypeError("a find is signed")
    return record_found(placements=[to], intent=prove(request, form, PERFORMED), at=at)


def _store_late(request: Request, form: PlaceForm, to: Placement, at: datetime) -> object:
    if not isinstance(form, StoreLateForm):
        raise TypeError("a late entry says when, and is signed")
    intent = prove(request, form, PERFORMED_AND_VERIFIED)
    return store_late(placement=to, late=form.late_entry(), intent=intent, at=at)


MOVE = PlaceStep(
    verb=BY_NAME["move"],
    form=PlaceForm,
    heading="Move",
    words="Choose the place on the map, or scan it. The move is recorded in your name.",
    done="{code} stands in its new place.",
    act=_move,
)
PUT_BACK = PlaceStep(
    verb=BY_NAME["put-back"],
    form=PlaceForm,
    heading="Put back",
    words="The place it came from is kept and chosen already. The time it was out is recorded.",
    done="{code} is back in storage.",
    act=_put_back,
)
FOUND = PlaceStep(
    verb=BY_NAME["found"],
    form=FoundForm,
    heading="Record as found",
    words="Nobody knows how it fared while it was missing: it goes to quarantine until QA has "
    "decided.",
    statement="{code} was found at the place chosen above; I compared its label.",
    done="{code} is found, and in quarantine.",
    act=_found,
    signs=PERFORMED,
)
STORE_LATE = PlaceStep(
    verb=BY_NAME["store-late"],
    form=StoreLateForm,
    heading="Enter late where it was put",
    words="For what was done while it could not be recorded. Both times are kept: when it was "
    "done, as you state it, and when it is recorded, by the server.",
    statement="{code} was put at the place chosen above, at the time stated.",
    done="{code} is recorded at its place, as a late entry.",
    act=_store_late,
    signs=PERFORMED_AND_VERIFIED,
)
