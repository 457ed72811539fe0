"""What must be on record before people sign: set up by administrators, read by everybody."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.acknowledge_policy import acknowledge_policy
from web.configuring import readiness
from web.configuring.gate import READERS, insist_on, is_administrator
from web.configuring.person import account_or_404
from web.configuring.setups import answer_set_up
from web.forms.signing import SigningForm
from web.http import Request
from web.policy_pages import ACKNOWLEDGING, policy_context, policy_sheet, policy_to_read
from web.sheets import answer_sheet
from web.signing import attempt, prove

_either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def signing(request: Request) -> HttpResponse:
    """Show the certification, the policy, and who cannot sign yet."""
    insist_on(request.user, *READERS)
    context = {
        "readiness": readiness.signing_readiness(),
        "may_change": is_administrator(request.user),
        "may_publish": not set(readiness.PUBLISHERS).isdisjoint(request.user.role_names()),
    }
    return render(request, "configure/signing.html", context)


@_either
def certify(request: Request) -> HttpResponse:
    """Record the organisation's certification."""
    return answer_set_up(request, readiness.certifying(request.POST or None))


@_either
def publish_policy(request: Request) -> HttpResponse:
    """Publish a revision of the accountability policy."""
    return answer_set_up(request, readiness.publishing(request.POST or None))


@_either
def verify_identity(request: Request, person_id: int) -> HttpResponse:
    """Record that somebody's identity was verified."""
    account = account_or_404(person_id, seen_by=request.user)
    return answer_set_up(request, readiness.verifying(request.POST or None, account))


@_either
def policy(request: Request) -> HttpResponse:
    """Let somebody read the accountability policy and acknowledge it; show when they did."""
    found = policy_to_read(request.user)
    if found is None:
        return render(request, "signing/policy.html", policy_context(request.user))
    form = SigningForm(request.POST or None)

    def act() -> object:
        intent = prove(request, form, ACKNOWLEDGING)
        return acknowledge_policy(policy_id=found.pk, intent=intent)

    tried = attempt(form, act)
    if tried.is_done:
        messages.success(request, "You acknowledged the policy.")
        return redirect("signing:policy")
    sheet = policy_sheet(found)
    template = "signing/acknowledge.html"
    return answer_sheet(request, sheet, form, tried, signs=ACKNOWLEDGING, template=template)
