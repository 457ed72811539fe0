"""After a restore: what was lost, and quality's signature that opens the portal for writing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.reconcile_restore import reconcile_restore
from accounts.roles import Role
from audit.queries.restores import open_loss
from web import restored as pages
from web.audit_pages import file_stem
from web.csv_answers import csv_answer
from web.forms.audit import ReconciliationForm
from web.gates import AUDIT_READERS, insist_on_role
from web.http import Request
from web.sheets import answer_sheet
from web.signing import PERFORMED, attempt, prove


@require_safe
def restore(request: Request) -> HttpResponse:
    """Show what a restore lost, and what to look at before anything is written."""
    insist_on_role(request, AUDIT_READERS)
    found = open_loss()
    if request.GET.get("format") == "csv" and found is not None:
        rows = pages.rows_to_find(pages.lines_to_find(request, found))
        return csv_answer(file_stem("after-the-restore"), pages.HEADS, rows)
    return render(request, "audit/restore.html", pages.restore_context(request))


@require_http_methods(["GET", "HEAD", "POST"])
def sign_restore(request: Request) -> HttpResponse:
    """Sign what was lost and found; quality's signature is the one write that is open."""
    insist_on_role(request, {Role.QA})
    found = open_loss()
    if found is None:
        return redirect("audit:restore")
    form = ReconciliationForm(request.POST or None)
    tried = attempt(
        form,
        lambda: reconcile_restore(
            digest=form.cleaned_data["digest"],
            findings=form.cleaned_data["findings"],
            intent=prove(request, form, PERFORMED),
        ),
    )
    if tried.is_done:
        messages.success(request, "The loss is signed. Everybody can write again.")
        return redirect("audit:restore")
    return answer_sheet(request, pages.reconciling_sheet(found), form, tried, signs=PERFORMED)
