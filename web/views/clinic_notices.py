"""What a clinic answered to what it was told."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from custody.actions.record_clinic_answer import record_clinic_answer
from custody.queries.clinics import find_notice
from custody.queries.retrievals import find_retrieval
from web.clinic_pages import answer_sheet_of
from web.forms.retrievals import ClinicAnswerForm
from web.http import Request
from web.sheets import answer_sheet
from web.signing import PERFORMED, attempt, prove


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: Request, retrieval_id: int, clinic_notice_id: int) -> HttpResponse:
    """Record who at the clinic said that they know, signed by whoever took the call."""
    card = find_retrieval(retrieval_id, seen_by=request.user)
    notice = find_notice(clinic_notice_id, of=card.id)
    form = ClinicAnswerForm(request.POST or None)
    tried = attempt(
        form,
        lambda: record_clinic_answer(
            notice_id=notice.pk,
            answer=form.clinic_answer(),
            intent=prove(request, form, PERFORMED),
            at=timezone.now(),
        ),
    )
    if tried.is_done:
        messages.success(request, "The clinic's answer is recorded: its alarm is over.")
        return redirect("retrievals:retrieval", card.id)
    return answer_sheet(request, answer_sheet_of(card, notice), form, tried, signs=PERFORMED)
