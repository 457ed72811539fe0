"""Beginning, drafting, importing, files and copies: each is one form and one action."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from audit.authors import Attribution
from reports.actions.export_procedure import JSON, ZIP, ExportedProcedure, export_procedure
from sop.actions.attach_file import attach_file
from sop.actions.begin_procedure import begin_procedure
from sop.actions.draft_version import draft_version
from sop.actions.remove_file import remove_file
from sop.bundles import BroughtProcedure, read_procedure
from sop.documents.reading import stored_document
from sop.models import ProcedureVersion
from sop.queries.procedure_files import files_of
from sop.queries.procedures import ProcedureCard, VersionCard, id_of
from sop.versions import WRITERS, digest_of
from web.attribution import attributed
from web.configuring.gate import insist_on
from web.forms.procedures import (
    CopyForm,
    DraftForm,
    FileForm,
    ImportForm,
    NewProcedureForm,
    ReasonForm,
)
from web.http import Request
from web.presenters import Crumb
from web.procedures.pages import LIST, crumbs_of
from web.signing import Attempt, attempt


@dataclass(frozen=True, kw_only=True)
class Entry:
    """
    One form about procedures.

    buttons: label and value of each; the value is sent as `form`. act: gives where to go on.
    """

    heading: str
    words: str
    form: forms.Form
    crumbs: tuple[Crumb, ...]
    cancel_url: str
    buttons: tuple[tuple[str, str], ...]
    act: Callable[[], object]

    @property
    def is_multipart(self) -> bool:
        """Say whether the form sends a file."""
        return bool(self.form.is_multipart())


def show(request: Request, entry: Entry, tried: Attempt) -> HttpResponse:
    """Show the form, with every reason why it was not taken."""
    context = {"entry": entry, "form": entry.form, "refusals": tried.refusals}
    return render(request, "procedures/form.html", context, status=tried.status)


def carry_out(request: Request, entry: Entry, *, by_writers: bool = True) -> Attempt:
    """
    Carry the form out when it was sent.

    by_writers: only for those who draft procedures.
    Raises NotAuthorised.
    """
    if by_writers:
        insist_on(request.user, *WRITERS)
    return attempt(entry.form, entry.act)


def beginning(request: Request, made: list[ProcedureVersion]) -> Entry:
    """Give the form that begins a procedure."""
    form = NewProcedureForm(request.POST or None)
    return Entry(
        heading="New procedure",
        words="It begins as a draft that only you and others who write see as such. Nothing "
        "counts before quality approves it.",
        form=form,
        crumbs=(LIST, Crumb(label="New")),
        cancel_url=LIST.url,
        buttons=(("Begin the draft", "begin"),),
        act=lambda: made.append(begin_procedure(document=form.chosen(), by=_by(request, form))),
    )


def importing(request: Request, made: list[ProcedureVersion]) -> Entry:
    """Give the form that takes an exported document: a new procedure, or the next version."""
    form = ImportForm(request.POST or None, request.FILES or None)
    return Entry(
        heading="Import a procedure",
        words="The whole document is taken, or nothing of it. Under a code that exists it becomes "
        "the next draft; otherwise it begins a new procedure.",
        form=form,
        crumbs=(LIST, Crumb(label="Import")),
        cancel_url=LIST.url,
        buttons=(("Import as a draft", "import"),),
        act=lambda: made.append(_imported(read_procedure(form.content()), request, form)),
    )


def _imported(brought: BroughtProcedure, request: Request, form: forms.Form) -> ProcedureVersion:
    said, files, by = brought.document, brought.files, _by(request, form)
    procedure_id = id_of(said.code)
    if procedure_id is None:
        return begin_procedure(document=said, files=files, by=by)
    return draft_version(procedure_id=procedure_id, document=said, files=files, by=by)


def imported_words(version: ProcedureVersion) -> str:
    """
    Say what came in: how many steps and files, and the sum of the document as it is kept.

    Source: draft Annex 11 section 10; URS-06.
    """
    steps, files = len(stored_document(version.document).steps), len(files_of(version.pk))
    beside = f" and {files} {'file' if files == 1 else 'files'}" if files else ""
    return f"Imported {steps} steps{beside}. SHA-256 of the document: {digest_of(version.document)}"


def drafting(request: Request, card: ProcedureCard, made: list[ProcedureVersion]) -> Entry:
    """Give the form that drafts the next version."""
    form = DraftForm(request.POST or None)
    source = card.in_force or card.coming or card.versions[0]
    return Entry(
        heading=f"Draft the next version of {card.code}",
        words=f"It begins as a copy of version {source.number}. What is in force stays in force.",
        form=form,
        crumbs=crumbs_of(card, "Draft"),
        cancel_url=reverse("procedures:procedure", args=[card.id]),
        buttons=(("Draft it", "draft"),),
        act=lambda: made.append(draft_version(procedure_id=card.id, by=_by(request, form))),
    )


def attaching(request: Request, card: ProcedureCard, version: VersionCard) -> Entry:
    """Give the form that attaches a file to a draft."""
    form = FileForm(request.POST or None, request.FILES or None)
    return Entry(
        heading="Attach a file",
        words="It is kept with this version, signed and approved with it.",
        form=form,
        crumbs=crumbs_of(card, f"Version {version.number}", "Attach a file"),
        cancel_url=version_url(card.id, version.number),
        buttons=(("Attach it", "attach"),),
        act=lambda: _attach(
            cast("UploadedFile[bytes]", form.cleaned_data["file"]), version, request, form
        ),
    )


def _attach(
    file: "UploadedFile[bytes]", version: VersionCard, request: Request, form: forms.Form
) -> object:
    return attach_file(
        version_id=version.id,
        name=file.name or "",
        content=file.read(),
        by=_by(request, form),
    )


def removing(request: Request, card: ProcedureCard, version: VersionCard, file_id: int) -> Entry:
    """Give the form that takes a file off a draft."""
    form = ReasonForm(request.POST or None)
    return Entry(
        heading="Remove a file",
        words="It stays on record, but no longer belongs to this draft.",
        form=form,
        crumbs=crumbs_of(card, f"Version {version.number}", "Remove a file"),
        cancel_url=version_url(card.id, version.number),
        buttons=(("Remove it", "remove"),),
        act=lambda: remove_file(file_id=file_id, by=_by(request, form)),
    )


def copying(
    request: Request,
    card: ProcedureCard,
    version: VersionCard,
    made: list[ExportedProcedure],
    at: datetime,
) -> Entry:
    """Give the form that hands out a copy; the register of exports keeps who took it and why."""
    form = CopyForm(request.POST or None)
    return Entry(
        heading=f"Copy {card.code} version {version.number}",
        words="On paper as a work instruction; as a zip with its files, or as one JSON document "
        "without them, to be imported elsewhere. On paper, a version that is not in force says so "
        "on every page.",
        form=form,
        crumbs=crumbs_of(card, f"Version {version.number}", "Copy"),
        cancel_url=version_url(card.id, version.number),
        buttons=(
            ("Print the work instruction (PDF)", "pdf"),
            ("Export with its files (zip)", ZIP),
            ("Export the document alone (JSON)", JSON),
        ),
        act=lambda: made.append(
            export_procedure(
                version_id=version.id,
                form=wanted if (wanted := request.POST.get("form")) in {ZIP, JSON} else "pdf",
                zone=ZoneInfo(timezone.get_current_timezone_name()),
                by=_by(request, form),
                at=at,
            )
        ),
    )


def version_url(procedure_id: int, number: int) -> str:
    """Give the address of a version."""
    return reverse("procedures:version", args=[procedure_id, number])


def file_answer(made: ExportedProcedure) -> HttpResponse:
    """Hand a copy out."""
    name = made.export.file_name
    answer = HttpResponse(made.content, content_type=f"application/{name.rpartition('.')[2]}")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _by(request: Request, form: forms.Form) -> Attribution:
    return attributed(request, form.cleaned_data["reason"])
