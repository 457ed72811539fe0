"""How people are told of alarms, on screen: channels, addresses, the rota."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Role
from temperature.trying import send_test
from web.configuring import drills
from web.configuring import telling as configuring
from web.configuring.gate import insist_on
from web.configuring.setups import answer_set_up
from web.http import Request

_either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def alarms(request: Request) -> HttpResponse:
    """Show channels, addresses and the rota, with what does not work first."""
    insist_on(request.user, *configuring.LOOKERS)
    context = configuring.page_context(request.user, at=timezone.now())
    return render(request, "configure/alarms.html", context)


@_either
def add_channel(request: Request, channel_kind: str) -> HttpResponse:
    """Add a channel."""
    insist_on(request.user, Role.ADMINISTRATOR)
    now = timezone.now()
    return answer_set_up(request, configuring.new_channel(request.POST or None, channel_kind, now))


@_either
def change_channel(request: Request, channel_id: int) -> HttpResponse:
    """Change a channel."""
    insist_on(request.user, Role.ADMINISTRATOR)
    given = (request.POST or None, channel_id, timezone.now())
    return answer_set_up(request, configuring.changed_channel(*given))


@_either
def retire_channel(request: Request, channel_id: int) -> HttpResponse:
    """Retire a channel."""
    insist_on(request.user, Role.ADMINISTRATOR)
    given = (request.POST or None, channel_id, timezone.now())
    return answer_set_up(request, configuring.retired_channel(*given))


@require_POST
def test_channel(request: Request, channel_id: int) -> HttpResponse:
    """Send whoever asks for it a test by a channel."""
    insist_on(request.user, *configuring.TESTERS)
    channel = configuring.channel_or_404(channel_id)
    failed = send_test(channel, request.user, at=timezone.now())
    if failed:
        messages.error(request, f"{channel.name} sent you nothing. {failed}")
    else:
        messages.success(request, f"{channel.name} took a test for you. Look whether it came.")
    return redirect("configure:alarms")


@_either
def set_contact(request: Request, person_id: int) -> HttpResponse:
    """Set where somebody is reached."""
    insist_on(request.user, Role.ADMINISTRATOR)
    return answer_set_up(request, configuring.contact_set(request.POST or None, person_id))


@_either
def put_on_call(request: Request) -> HttpResponse:
    """Put somebody on call."""
    insist_on(request.user, *configuring.KEEPERS)
    given = (request.POST or None, request.user, timezone.now())
    return answer_set_up(request, configuring.new_duty(*given))


@_either
def end_duty(request: Request, duty_id: int) -> HttpResponse:
    """End a duty."""
    insist_on(request.user, *configuring.KEEPERS)
    given = (request.POST or None, request.user, duty_id, timezone.now())
    return answer_set_up(request, configuring.ended_duty(*given))


@_either
def set_telling_rules(request: Request) -> HttpResponse:
    """Set how alarms are escalated."""
    insist_on(request.user, Role.QA)
    return answer_set_up(request, configuring.rules_set(request.POST or None))


@_either
def start_drill(request: Request) -> HttpResponse:
    """Start a drill."""
    insist_on(request.user, *configuring.KEEPERS)
    given = (request.POST or None, request.user, timezone.now())
    return answer_set_up(request, drills.drill(*given))


@_either
def start_probe_drill(request: Request) -> HttpResponse:
    """Start a drill of a probe."""
    insist_on(request.user, *configuring.KEEPERS)
    given = (request.POST or None, request.user, timezone.now())
    return answer_set_up(request, drills.probe_drill(*given))
