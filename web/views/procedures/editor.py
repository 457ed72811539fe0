"""The editor of drafts."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from sop.queries.procedures import find_procedure
from web.http import Request
from web.procedures import editor


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, procedure_id: int, version_number: int) -> HttpResponse:
    """Show the editor of a draft; save it when that is asked for."""
    card = find_procedure(procedure_id, at=timezone.now())
    return editor.answer(request, card, card.version(version_number))
