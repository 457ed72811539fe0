"""Temperature: how cold every unit is now, and how cold one was."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from web.http import Request
from web.temperature.board import board_of


@require_safe
def index(request: Request) -> HttpResponse:
    """Show the wall board; htmx gets only the board."""
    board = board_of(request.user, at=timezone.now())
    template = "temperature/index.html#board" if request.htmx else "temperature/index.html"
    return render(request, template, {"board": board})
