"""Beginning, drafting and importing procedures, their files, and copies that are handed out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reports.actions.export_procedure import ExportedProcedure
from sop.models import ProcedureVersion
from sop.queries.procedure_files import find_file
from sop.queries.procedures import find_procedure
from web.http import Request
from web.procedures import entering

_either = require_http_methods(["GET", "HEAD", "POST"])


@_either
def new(request: Request) -> HttpResponse:
    """Begin a procedure, empty or from the library."""
    made: list[ProcedureVersion] = []
    return _edit_what_was_made(request, entering.beginning(request, made), made)


@_either
def bring_in(request: Request) -> HttpResponse:
    """Import one document."""
    made: list[ProcedureVersion] = []
    answer = _edit_what_was_made(request, entering.importing(request, made), made)
    for version in made:
        messages.success(request, entering.imported_words(version))
    return answer


@_either
def draft(request: Request, procedure_id: int) -> HttpResponse:
    """Draft the next version of a procedure."""
    card, made = find_procedure(procedure_id, at=timezone.now()), list[ProcedureVersion]()
    return _edit_what_was_made(request, entering.drafting(request, card, made), made)


def _edit_what_was_made(
    request: Request, entry: entering.Entry, made: list[ProcedureVersion]
) -> HttpResponse:
    tried = entering.carry_out(request, entry)
    if tried.is_done:
        return redirect("procedures:edit", made[0].procedure_id, made[0].number)
    return entering.show(request, entry, tried)


@_either
def attach(request: Request, procedure_id: int, version_number: int) -> HttpResponse:
    """Attach a file to a draft."""
    card = find_procedure(procedure_id, at=timezone.now())
    entry = entering.attaching(request, card, card.version(version_number))
    tried = entering.carry_out(request, entry)
    if tried.is_done:
        messages.success(request, "The file is attached.")
        return redirect(entry.cancel_url)
    return entering.show(request, entry, tried)


@_either
def remove(request: Request, procedure_id: int, version_number: int, file_id: int) -> HttpResponse:
    """Take a file off a draft."""
    card = find_procedure(procedure_id, at=timezone.now())
    version = card.version(version_number)
    entry = entering.removing(request, card, version, find_file(version.id, file_id).pk)
    tried = entering.carry_out(request, entry)
    if tried.is_done:
        messages.success(request, "The file is removed.")
        return redirect(entry.cancel_url)
    return entering.show(request, entry, tried)


@_either
def copy(request: Request, procedure_id: int, version_number: int) -> HttpResponse:
    """Hand out a version on paper or as JSON, and enter the copy in the register."""
    at, made = timezone.now(), list[ExportedProcedure]()
    card = find_procedure(procedure_id, at=at)
    entry = entering.copying(request, card, card.version(version_number), made, at)
    tried = entering.carry_out(request, entry, by_writers=False)
    if tried.is_done:
        return entering.file_answer(made[0])
    return entering.show(request, entry, tried)
