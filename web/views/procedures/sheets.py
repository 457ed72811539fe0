"""Signing for versions and procedures: each is one sheet and one action."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from sop.queries.procedures import find_procedure
from web.http import Request
from web.procedures import sheets

_either = require_http_methods(["GET", "HEAD", "POST"])


@_either
def submit(request: Request, procedure_id: int, version_number: int) -> HttpResponse:
    """Submit a draft for review."""
    card = find_procedure(procedure_id, at=timezone.now())
    return sheets.answer(request, sheets.submitting(request, card, card.version(version_number)))


@_either
def return_version(request: Request, procedure_id: int, version_number: int) -> HttpResponse:
    """Return a version to its author."""
    card = find_procedure(procedure_id, at=timezone.now())
    return sheets.answer(request, sheets.returning(request, card, card.version(version_number)))


@_either
def approve(request: Request, procedure_id: int, version_number: int) -> HttpResponse:
    """Approve a version."""
    card = find_procedure(procedure_id, at=timezone.now())
    return sheets.answer(request, sheets.approving(request, card, card.version(version_number)))


@_either
def withdraw(request: Request, procedure_id: int, version_number: int) -> HttpResponse:
    """Withdraw a version."""
    card = find_procedure(procedure_id, at=timezone.now())
    return sheets.answer(request, sheets.withdrawing(request, card, card.version(version_number)))


@_either
def retire(request: Request, procedure_id: int) -> HttpResponse:
    """Retire a procedure."""
    at = timezone.now()
    card = find_procedure(procedure_id, at=at)
    return sheets.answer(request, sheets.retiring(request, card, at))
