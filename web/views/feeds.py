"""Sources of readings: the list, one source with its state, and the sheets that set one up."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Role
from temperature.feeds.registry import adapters
from temperature.models import FeedKind
from temperature.queries.feeds import FeedRow, feed_rows, intakes_of
from temperature.trials import Trial, try_feed
from web.configuring import feeds as setting_up
from web.configuring.gate import READERS, insist_on, is_administrator
from web.configuring.settings_shown import settings_lines
from web.configuring.setups import answer_set_up
from web.http import Request

_either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def feeds(request: Request) -> HttpResponse:
    """Show the sources of readings, and how each was last reached."""
    insist_on(request.user, *READERS)
    context = {
        "rows": feed_rows(),
        "kinds": setting_up.kinds(),
        "may_add": is_administrator(request.user),
    }
    return render(request, "configure/feeds.html", context)


@require_safe
def feed(request: Request, feed_id: int) -> HttpResponse:
    """Show one source with what came from it last."""
    insist_on(request.user, *READERS)
    return _shown(request, setting_up.feed_or_404(feed_id), None)


@require_POST
def test_feed(request: Request, feed_id: int) -> HttpResponse:
    """Ask a source once, store nothing, and show what it answers."""
    insist_on(request.user, Role.ADMINISTRATOR)
    row = setting_up.feed_or_404(feed_id)
    return _shown(request, row, try_feed(row.feed, at=timezone.now()))


def _shown(request: Request, row: FeedRow, trial: Trial | None) -> HttpResponse:
    adapter = adapters().get(FeedKind(row.feed.kind))
    is_in_use = row.feed.retired_at is None and is_administrator(request.user)
    context = {
        "row": row,
        "settings": settings_lines(row.feed),
        "intakes": intakes_of(row.feed),
        "trial": trial,
        "is_asked": adapter is not None and adapter.read is not None,
        "may_change": is_in_use and adapter is not None,
        "may_test": is_in_use and adapter is not None and adapter.read is not None,
    }
    return render(request, "configure/feed.html", context)


@_either
def add_feed(request: Request, kind: str) -> HttpResponse:
    """Add a source of readings."""
    insist_on(request.user, Role.ADMINISTRATOR)
    return answer_set_up(request, setting_up.new_feed(request.POST or None, kind, timezone.now()))


@_either
def change_feed(request: Request, feed_id: int) -> HttpResponse:
    """Change a source of readings."""
    insist_on(request.user, Role.ADMINISTRATOR)
    return answer_set_up(
        request, setting_up.changed_feed(request.POST or None, feed_id, timezone.now())
    )


@_either
def retire_feed(request: Request, feed_id: int) -> HttpResponse:
    """Retire a source of readings."""
    insist_on(request.user, Role.ADMINISTRATOR)
    return answer_set_up(
        request, setting_up.retired_feed(request.POST or None, feed_id, timezone.now())
    )
