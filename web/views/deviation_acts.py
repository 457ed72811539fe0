"""What is done about one deviation, each a page of its own: texts, and signed decisions."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.authors import Attribution, SignedIntent
from custody.actions.close_deviation import close_deviation
from custody.queries.deviation_page import DeviationFacts, facts_of, find_deviation
from sop.actions.assess_impact import ImpactAssessment, assess_impact
from sop.actions.classify_deviation import classify_deviation
from sop.actions.link_outside_record import link_outside_record
from sop.actions.name_vials import name_vials
from sop.actions.record_containment import record_containment
from sop.actions.record_investigation import Findings, record_investigation
from sop.actions.reopen_deviation import reopen_deviation
from sop.actions.request_closure import request_closure
from sop.actions.settle_report import settle_report
from sop.models import Classification, Deviation, DeviationKind
from web import deviation_sheets as sheets
from web.attribution import attributed
from web.deviation_pages import crumbs_of, vial_codes
from web.forms import deviations as forms
from web.forms.signing import SigningForm
from web.gates import DEVIATION_REPORTERS, INVESTIGATORS, QUALITY_ONLY, insist_on_role
from web.http import Request
from web.sheets import SignSheet, answer_sheet
from web.signing import SignAs, attempt, prove

each_act = require_http_methods(["GET", "HEAD", "POST"])
Signs = Callable[[SignedIntent], object]
Writes = Callable[[Attribution], object]


@each_act
def contain(request: Request, deviation_id: int) -> HttpResponse:
    """Write what was done at once."""
    insist_on_role(request, DEVIATION_REPORTERS)
    row = find_deviation(deviation_id, seen_by=request.user)
    initial = {"containment": row.containment}
    form = forms.ContainmentForm(request.POST or None, initial=initial)
    return _write(
        request,
        row,
        form,
        "Write what was done at once",
        lambda by: record_containment(
            deviation_id=row.pk, containment=form.cleaned_data["containment"], attribution=by
        ),
    )


@each_act
def name_more_vials(request: Request, deviation_id: int) -> HttpResponse:
    """Name further vials that it touched, or may have touched."""
    insist_on_role(request, DEVIATION_REPORTERS)
    row = find_deviation(deviation_id, seen_by=request.user)
    initial = {"vials": "\n".join(vial_codes(request))}
    form = forms.VialsForm(request.POST or None, person=request.user, initial=initial)
    return _write(
        request,
        row,
        form,
        "Name more vials",
        lambda by: name_vials(
            deviation_id=row.pk, vial_ids=form.cleaned_data["vials"], attribution=by
        ),
    )


@each_act
def investigate(request: Request, deviation_id: int) -> HttpResponse:
    """Write what the investigation found, and what is done about it."""
    insist_on_role(request, INVESTIGATORS)
    row = find_deviation(deviation_id, seen_by=request.user)
    texts = ("investigation", "root_cause", "disposition", "impact")
    initial = {name: getattr(row, name) for name in texts}
    form = forms.InvestigationForm(request.POST or None, initial=initial)
    if row.kind != DeviationKind.INCIDENT:
        form.without_impact()
    return _write(
        request,
        row,
        form,
        "Investigate",
        lambda by: record_investigation(
            deviation_id=row.pk,
            findings=Findings(**{name: form.cleaned_data.get(name, "") for name in texts}),
            attribution=by,
        ),
    )


@each_act
def link_outside(request: Request, deviation_id: int) -> HttpResponse:
    """Name the record of another quality system that goes with it."""
    insist_on_role(request, QUALITY_ONLY)
    row = find_deviation(deviation_id, seen_by=request.user)
    initial = {"reference": row.outside_reference, "url": row.outside_url}
    form = forms.OutsideForm(request.POST or None, initial=initial)
    return _write(
        request,
        row,
        form,
        "Link an outside record",
        lambda by: link_outside_record(
            deviation_id=row.pk,
            reference=form.cleaned_data["reference"],
            url=form.cleaned_data["url"],
            attribution=by,
        ),
    )


@each_act
def ask_closure(request: Request, deviation_id: int) -> HttpResponse:
    """Put it before quality to be closed."""
    insist_on_role(request, INVESTIGATORS)
    row = find_deviation(deviation_id, seen_by=request.user)
    return _write(
        request,
        row,
        forms.ReasonForm(request.POST or None),
        "Ask for closure",
        lambda by: request_closure(deviation_id=row.pk, attribution=by),
    )


@each_act
def classify(request: Request, deviation_id: int) -> HttpResponse:
    """Decide how grave it is."""
    facts = _facts(request, deviation_id)
    form = forms.ClassForm(request.POST or None)
    return _sign(
        request,
        facts,
        form,
        (sheets.classify_sheet(facts), sheets.REVIEWED),
        lambda intent: classify_deviation(
            deviation_id=deviation_id,
            classification=Classification(form.cleaned_data["classification"]),
            intent=intent,
            at=timezone.now(),
        ),
    )


@each_act
def assess(request: Request, deviation_id: int) -> HttpResponse:
    """Decide what it means for each vial."""
    facts = _facts(request, deviation_id)
    form = forms.ImpactForm(request.POST or None, vials=facts.listed)
    return _sign(
        request,
        facts,
        form,
        (sheets.assess_sheet(facts), sheets.REVIEWED),
        lambda intent: assess_impact(
            deviation_id=deviation_id,
            assessed={key: ImpactAssessment(*said) for key, said in form.chosen().items()},
            intent=intent,
        ),
    )


@each_act
def report(request: Request, deviation_id: int) -> HttpResponse:
    """Settle whether FDA was told."""
    facts = _facts(request, deviation_id)
    form = forms.ReportedForm(request.POST or None)
    return _sign(
        request,
        facts,
        form,
        (sheets.report_sheet(facts), sheets.APPROVED),
        lambda intent: settle_report(
            deviation_id=deviation_id,
            words=form.cleaned_data["words"],
            intent=intent,
            at=timezone.now(),
        ),
    )


@each_act
def close(request: Request, deviation_id: int) -> HttpResponse:
    """Close it."""
    facts = _facts(request, deviation_id)
    return _sign(
        request,
        facts,
        forms.DecideForm(request.POST or None),
        (sheets.close_sheet(facts), sheets.APPROVED),
        lambda intent: close_deviation(deviation_id=deviation_id, intent=intent, at=timezone.now()),
    )


@each_act
def reopen(request: Request, deviation_id: int) -> HttpResponse:
    """Open it again."""
    facts = _facts(request, deviation_id)
    return _sign(
        request,
        facts,
        forms.DecideForm(request.POST or None),
        (sheets.reopen_sheet(facts), sheets.APPROVED),
        lambda intent: reopen_deviation(
            deviation_id=deviation_id, intent=intent, at=timezone.now()
        ),
    )


def _facts(request: Request, deviation_id: int) -> DeviationFacts:
    insist_on_role(request, QUALITY_ONLY)
    row = find_deviation(deviation_id, seen_by=request.user)
    return facts_of(row, at=timezone.now())


def _sign(
    request: Request,
    facts: DeviationFacts,
    form: SigningForm,
    sheet: tuple[SignSheet, SignAs],
    act: Signs,
) -> HttpResponse:
    shown, signs = sheet
    tried = attempt(form, lambda: act(prove(request, form, signs)))
    if tried.is_done:
        messages.success(request, f"{facts.row.number}: your decision is signed.")
        return redirect("quality:deviation", facts.row.pk)
    return answer_sheet(request, shown, form, tried, signs=signs)


def _write(
    request: Request, row: Deviation, form: forms.ReasonForm, heading: str, act: Writes
) -> HttpResponse:
    tried = attempt(form, lambda: act(attributed(request, form.cleaned_data["reason"])))
    if tried.is_done:
        messages.success(request, f"{row.number}: it is written down.")
        return redirect("quality:deviation", row.pk)
    context = {
        "row": row,
        "crumbs": crumbs_of(row, heading),
        "heading": heading,
        "form": form,
        "refusals": tried.refusals,
    }
    return render(request, "quality/deviation_write.html", context, status=tried.status)
