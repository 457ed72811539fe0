"""One's own security keys: enrolled, removed, and asked for after the password."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from accounts.actions.enrol_security_key import enrol_security_key
from accounts.actions.remove_security_key import remove_security_key
from accounts.security_keys import (
    Place,
    ask_to_enrol,
    ask_to_prove,
    is_theirs_by_key,
    keys_of,
    new_key,
)
from audit.proofs import Purpose
from web.attribution import attributed, proof_for
from web.enrolment import LOCKED
from web.http import Request
from web.second_factor_gate import take_code

_KEPT_AS = "security_key_challenge"
WRONG = "No key of yours answered. Try again, or give a code instead."


class KeyForm(forms.Form):
    """A new key: what its person calls it, and what the browser brought back."""

    name = forms.CharField(
        label="Name of the key",
        max_length=80,
        error_messages={"required": "Give the key a name by which you tell it from your others."},
    )
    answer = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)


class RemovalForm(forms.Form):
    """One key to take away."""

    remove = forms.IntegerField()


def place_of(request: HttpRequest) -> Place:
    """Say where the portal is for this browser."""
    host = request.get_host()
    return Place(name=host.rpartition(":")[0] or host, origin=f"{request.scheme}://{host}")


def options_to_enrol(request: Request) -> str:
    """Return what the browser is asked for to make a key; the challenge waits in the session."""
    asked = ask_to_enrol(request.user, place_of(request))
    request.session[_KEPT_AS] = asked.challenge
    return asked.options


def options_to_prove(request: Request) -> str:
    """Return what the browser is asked for to use a key; empty for somebody who has none."""
    if not keys_of(request.user):
        return ""
    asked = ask_to_prove(request.user, place_of(request))
    request.session[_KEPT_AS] = asked.challenge
    return asked.options


def change_keys(request: Request, form: forms.Form) -> None:
    """Enrol the key that the browser brought, or remove one."""
    entered, at = form.cleaned_data, timezone.now()
    if isinstance(form, RemovalForm):
        remove_security_key(
            person_id=request.user.pk,
            key_id=entered["remove"],
            attribution=attributed(request, "Removed their own key"),
            at=at,
        )
        messages.success(request, "The key is removed: it counts no more.")
        return
    challenge = request.session.pop(_KEPT_AS, "")
    enrol_security_key(
        person_id=request.user.pk,
        name=entered["name"],
        key=new_key(entered["answer"], challenge=challenge, place=place_of(request)),
        attribution=attributed(request, "Enrolled their own key"),
        at=at,
    )
    take_code(request.session)
    messages.success(request, "Your key is enrolled.")


def problem_with_key(request: Request) -> str:
    """Say what is wrong with the answer of a key that was sent; empty when it is theirs."""
    proof = proof_for(request, Purpose.CODE)
    is_theirs = is_theirs_by_key(
        request.user,
        request.POST.get("answer", "")[:20_000],
        challenge=request.session.pop(_KEPT_AS, ""),
        place=place_of(request),
        proof=proof,
    )
    if is_theirs:
        return ""
    return LOCKED if proof.axes_locked_out else WRONG
