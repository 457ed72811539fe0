"""Copies of one run and of one deviation, each made on a page of its own."""

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from custody.queries.deviation_page import find_deviation
from reports.actions.export_deviation import export_deviation
from reports.actions.export_run import export_run
from sop.queries.runs import run_page
from web.deviation_pages import crumbs_of
from web.gates import insist_on_role
from web.http import Request
from web.presenters import Crumb
from web.record_copies import COPIERS, CopyPage, answer_copy


@require_http_methods(["GET", "HEAD", "POST"])
def run(request: Request, run_id: int) -> HttpResponse:
    """Hand out the record of a run."""
    insist_on_role(request, COPIERS)
    row = run_page(run_id, seen_by=request.user, at=timezone.now()).run
    url = reverse("runs:run", args=[row.pk])
    page = CopyPage(
        heading=f"Copy {row}",
        words="Every step with who did it and how long it took, deviations, the version of the "
        "procedure, refused attempts and signatures.",
        crumbs=(
            Crumb(label="Runs", url=reverse("runs:index")),
            Crumb(label=str(row), url=url),
            Crumb(label="Copy"),
        ),
        back_url=url,
        act=lambda form, by, at: export_run(run_id=row.pk, form=form, by=by, at=at),
    )
    return answer_copy(request, page)


@require_http_methods(["GET", "HEAD", "POST"])
def deviation(request: Request, deviation_id: int) -> HttpResponse:
    """Hand out the record of a deviation or an incident."""
    insist_on_role(request, COPIERS)
    row = find_deviation(deviation_id, seen_by=request.user)
    page = CopyPage(
        heading=f"Copy {row.number}",
        words="Its facts and texts, the vials with their impact, decisions and signatures, every "
        "change, and the digests of the dossiers it touched.",
        crumbs=crumbs_of(row, "Copy"),
        back_url=reverse("quality:deviation", args=[row.pk]),
        act=lambda form, by, at: export_deviation(
            deviation_id=row.pk,
            form=form,
            zone=ZoneInfo(timezone.get_current_timezone_name()),
            by=by,
            at=at,
        ),
    )
    return answer_copy(request, page)
