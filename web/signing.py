"""Signing on a screen: prove one person or two before anything is locked; say what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django import forms
from django.utils import timezone

from accounts.roles import Role
from audit.authors import SignedIntent
from audit.errors import DomainError, Refusal, SigningFailed
from audit.models import Meaning
from audit.refusals import record_refusal
from audit.signing import confirm_intent, witnessed
from web.attribution import device_of, request_id_of
from web.forms.signing import SigningForm
from web.http import Request
from web.presenters import SignFields


@dataclass(frozen=True, kw_only=True)
class SignAs:
    """What the first person signs and, where a step takes two, what the second does."""

    meaning: Meaning
    second: Meaning | None = None


PERFORMED = SignAs(meaning=Meaning.PERFORMED)
PERFORMED_AND_VERIFIED = SignAs(meaning=Meaning.PERFORMED, second=Meaning.REVIEWED)
PERFORMED_AND_WITNESSED = SignAs(meaning=Meaning.PERFORMED, second=Meaning.WITNESSED)


def prove(request: Request, form: SigningForm, signs: SignAs) -> SignedIntent:
    """
    Prove everybody who signs, from what they entered; slow on purpose, and before any lock.

    form: valid; a `TwoPersonForm` where `signs` names a second meaning.
    Raises SigningFailed: somebody's user id and password do not match, the first is not the
    person of this session, or both are one person. The attempt is recorded.
    Source: 21 CFR 11.200(a)(1); URS-31, URS-49, URS-54.
    """
    entered = form.cleaned_data
    at = timezone.now()
    _insist_on_own_session(request, entered["user_id"])
    first = _confirm(
        request,
        entered["user_id"],
        entered["password"],
        signs.meaning,
        entered["reason"],
        at,
    )
    if signs.second is None:
        return first
    second = _confirm(
        request,
        entered["second_user_id"],
        entered["second_password"],
        signs.second,
        entered["reason"],
        at,
    )
    return witnessed(first, by=second)


def _confirm(
    request: Request, user_id: str, password: str, meaning: Meaning, reason: str, at: datetime
) -> SignedIntent:
    return confirm_intent(
        user_id=user_id,
        password=password,
        meaning=meaning,
        reason=reason,
        device=device_of(request),
        at=at,
        request_id=request_id_of(request),
    )


def prove_another(request: Request, form: SigningForm, meaning: Meaning) -> SignedIntent:
    """
    Prove somebody who signs on a screen that may be another person's, such as a witness.

    Raises SigningFailed: the user id and password do not match; the attempt is recorded.
    """
    entered = form.cleaned_data
    return _confirm(
        request,
        entered["user_id"],
        entered["password"],
        meaning,
        entered["reason"],
        timezone.now(),
    )


def _insist_on_own_session(request: Request, user_id: str) -> None:
    """
    Refuse a signature by somebody else than the page says: the page names who signs.

    Raises SigningFailed: the user id is not that of the session; the attempt is recorded.
    """
    if user_id.strip().casefold() == request.user.user_id:
        return
    error = SigningFailed(
        [
            Refusal(
                "OTHER_SIGNER",
                f"You are signed in as {request.user.user_id}: sign with that user ID, or sign "
                "out so that the other person can sign in.",
            )
        ]
    )
    record_refusal(
        action="sign",
        error=error,
        actor=request.user,
        device=device_of(request),
        request_id=request_id_of(request),
        subject={"entered_user_id": user_id[:60]},
    )
    raise error


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """
    What became of a posted form: nothing yet, refused with every reason, or done.

    problems: what is wrong with what was entered. refusals: what the rules say.
    """

    status: int = 200
    is_done: bool = False
    problems: tuple[str, ...] = ()
    refusals: list[Refusal] = field(default_factory=list)


def attempt(form: forms.Form, act: Callable[[], object]) -> Attempt:
    """Carry `act` out when the form is sent and complete; keep every reason when it is not."""
    if not form.is_bound:
        return Attempt()
    if not form.is_valid():
        return Attempt(status=422, problems=problems_of(form))
    try:
        act()
    except SigningFailed as error:
        words = tuple(refusal.words for refusal in error.refusals)
        return Attempt(status=error.http_status, problems=words)
    except DomainError as error:
        return Attempt(status=error.http_status, refusals=error.refusals)
    return Attempt(is_done=True)


def problems_of(form: forms.Form) -> tuple[str, ...]:
    """List every problem of a form in words, those of its fields first."""
    return tuple(str(problem) for problems in form.errors.values() for problem in problems)


def sign_fields(
    request: Request,
    form: SigningForm,
    tried: Attempt,
    *,
    signs: SignAs,
    statement: str,
    reasons: tuple[str, ...] = (),
) -> SignFields:
    """Give the fields in which the person of this session signs, and perhaps a second one."""
    person = request.user
    return SignFields(
        printed_name=person.full_name,
        user_id=person.user_id,
        role=", ".join(str(Role(name).label) for name in person.role_names()) or "no role",
        meaning=str(signs.meaning.label),
        statement=statement,
        reasons=reasons,
        reason=str(form.data.get("reason", "")) if form.is_bound else "",
        second_meaning="" if signs.second is None else str(signs.second.label),
        errors=tried.problems,
    )
