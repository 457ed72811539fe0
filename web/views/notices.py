"""Security notices: attempts at unauthorised use, who was told, and who looked into them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.acknowledge_notice import MAY_ACKNOWLEDGE, acknowledge_notice
from accounts.queries.notices import find_notice
from web import notice_pages
from web.forms.signing import SigningForm
from web.gates import NOTICE_READERS, insist_on_role
from web.http import Request
from web.sheets import answer_sheet
from web.signing import PERFORMED, attempt, prove


@require_safe
def notices(request: Request) -> HttpResponse:
    """List the notices, newest first."""
    insist_on_role(request, NOTICE_READERS)
    return render(request, "audit/notices.html", notice_pages.notices_context(request))


@require_safe
def notice(request: Request, notice_id: int) -> HttpResponse:
    """Show one notice: what was tried, and whether everybody was reached."""
    insist_on_role(request, NOTICE_READERS)
    entry = find_notice(notice_id)
    return render(request, "audit/notice.html", notice_pages.notice_context(request, entry))


@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge(request: Request, notice_id: int) -> HttpResponse:
    """Acknowledge a notice; the signature says what came of looking into it."""
    insist_on_role(request, MAY_ACKNOWLEDGE)
    entry = find_notice(notice_id)
    if not entry.is_open:
        return redirect("audit:notice", notice_id)
    form, at = SigningForm(request.POST or None), timezone.now()

    def act() -> None:
        intent = prove(request, form, PERFORMED)
        acknowledge_notice(notice_id=notice_id, intent=intent, at=at)

    tried = attempt(form, act)
    if tried.is_done:
        messages.success(request, "The notice is acknowledged.")
        return redirect("audit:notice", notice_id)
    sheet = notice_pages.acknowledging_sheet(entry)
    return answer_sheet(request, sheet, form, tried, signs=PERFORMED)
