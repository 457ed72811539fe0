"""Procedures and their versions: read by everybody, changed elsewhere."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sop.queries.procedure_files import find_file
from sop.queries.procedures import find_procedure
from web.http import Request
from web.procedures import comparing, pages


@require_safe
def index(request: Request) -> HttpResponse:
    """List what is in force, what waits for the reader, and what is in work."""
    return render(request, "procedures/index.html", pages.list_context(request, timezone.now()))


@require_safe
def procedure(request: Request, procedure_id: int) -> HttpResponse:
    """Show a procedure: the version that counts, what it governs, its versions and history."""
    card = find_procedure(procedure_id, at=timezone.now())
    return render(request, "procedures/procedure.html", pages.procedure_context(request, card))


@require_safe
def version(request: Request, procedure_id: int, version_number: int) -> HttpResponse:
    """Show one version with its signatures and what may be done with it."""
    card = find_procedure(procedure_id, at=timezone.now())
    context = pages.version_context(request, card, card.version(version_number))
    return render(request, "procedures/version.html", context)


@require_safe
def compare(request: Request, procedure_id: int) -> HttpResponse:
    """Show two versions side by side."""
    card = find_procedure(procedure_id, at=timezone.now())
    return render(request, "procedures/compare.html", comparing.context(request, card))


@require_safe
def file(
    request: Request,  # noqa: ARG001 - everybody who is signed in reads procedures
    procedure_id: int,
    version_number: int,
    file_id: int,
) -> HttpResponse:
    """Hand out an attached file; never shown inside a page."""
    card = find_procedure(procedure_id, at=timezone.now())
    found = find_file(card.version(version_number).id, file_id)
    answer = HttpResponse(bytes(found.content), content_type=found.content_type)
    name = found.name.encode("ascii", "ignore").decode().replace('"', "") or "file"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
