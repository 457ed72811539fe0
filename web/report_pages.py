"""The reports section: making a copy of a record, and the register of what was handed out."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from audit.authors import Author
from audit.pages import Page
from reports.actions.export_dossier import ExportedCopy
from reports.actions.export_runs import MAY_EXPORT as EXPORT_RUNS
from reports.actions.export_training import MAY_EXPORT as EXPORT_TRAINING
from reports.actions.export_training import ExportedTraining
from reports.exports import ExportCard, exports
from sop.action import Action
from sop.authority import may
from sop.queries.procedures import procedure_codes
from web.forms.records import RunsForm
from web.forms.reports import BUNDLE, JSON, DossierForm, TrainingForm
from web.gates import opens_audit
from web.http import Request
from web.keyset import cursor, pager_of
from web.links import therapy_url
from web.presenters import EmptyState
from web.signing import Attempt

EMPTY = EmptyState(
    title="Nothing was handed out yet",
    words="Every copy and every label that leaves the system is entered here.",
)


@dataclass(frozen=True, kw_only=True)
class ExportLine:
    """One entry of the register."""

    kind: str
    subject: str
    url: str
    file_name: str
    who: str
    reason: str
    made_at: datetime
    change_url: str
    record_sha256: str
    file_sha256: str
    size_kb: int


def register_page(person: Author, request: Request) -> Page[ExportCard]:
    """Return the page of the register that is asked for."""
    return exports(seen_by=person, **cursor(request))


def reports_context(
    request: Request,
    form: DossierForm,
    tried: Attempt,
    training: TrainingForm | None = None,
    runs: RunsForm | None = None,
) -> dict[str, object]:
    """Gather the section: the forms for a copy, and the register."""
    page = register_page(request.user, request)
    return {
        "form": form,
        "training_form": training or TrainingForm(),
        "may_export_training": not set(EXPORT_TRAINING).isdisjoint(request.user.role_names()),
        "runs_form": runs or RunsForm(codes=procedure_codes()),
        "may_export_runs": not set(EXPORT_RUNS).isdisjoint(request.user.role_names()),
        "refusals": tried.refusals,
        "may_export": may(request.user, Action.EXPORT_DOSSIER),
        "lines": [_line(card, opens=opens_audit(request.user)) for card in page.rows],
        "pager": pager_of(page, reverse("reports:index")),
        "empty": EMPTY,
    }


def end_of(day: date | None, *, at: datetime) -> datetime:
    """Return the end of a day here, or now for today and when none was named."""
    if day is None or day == timezone.localdate(at):
        return at
    return timezone.make_aware(datetime.combine(day, time.max))


def training_file(made: ExportedTraining, form: str) -> HttpResponse:
    """Hand out a copy of the report of training."""
    types = {"pdf": "application/pdf", "csv": "text/csv", "json": "application/json"}
    answer = HttpResponse(made.content, content_type=types[form])
    name = made.export.file_name
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _line(card: ExportCard, *, opens: bool) -> ExportLine:
    return ExportLine(
        kind=card.kind,
        subject=card.subject,
        url=therapy_url(card.subject) if card.is_therapy else "",
        file_name=card.file_name,
        who=card.who,
        reason=card.reason,
        made_at=card.made_at,
        change_url=reverse("audit:change", args=[card.change_id]) if opens else "",
        record_sha256=card.record_sha256,
        file_sha256=card.file_sha256,
        size_kb=max(1, card.size_bytes // 1024),
    )


def copy_file(made: ExportedCopy, wanted: str) -> HttpResponse:
    """Hand out the bundle, or the one file of it that was asked for."""
    name, content, media_type = made.export.file_name, made.content, "application/zip"
    if wanted != BUNDLE:
        suffix = ".json" if wanted == JSON else ".pdf"
        file = next(file for file in made.copy.files if file.name.endswith(suffix))
        name, content, media_type = file.name, file.content, file.media_type
    answer = HttpResponse(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
