"""Signing on a screen: prove one person or two before anything is locked; say what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import NoReturn

from django import forms
from django.conf import settings
from django.utils import timezone

from accounts.models import fold
from accounts.readiness import ALL_GATES, Gate
from accounts.roles import Role
from audit.authors import ShownSheet, SignedIntent
from audit.errors import DomainError, Refusal, SigningFailed
from audit.models import Meaning
from audit.refusals import record_refusal
from audit.signing import SAME_PERSON, confirm_intent, witnessed
from web.attribution import device_of, request_id_of
from web.continuous_signing import asks_all_components, remember_signing
from web.forms.signing import SigningForm, problems_of
from web.hindrances import hindrances
from web.http import Request
from web.presenters import SignFields
from web.shown_sheets import Hidden, Records, shown_sheet, token_of
from web.signing_elsewhere import (
    FIRST,
    SECOND,
    Seat,
    leave_to_sign,
    link_of_signer,
    person_on,
    proven_here,
    signs_elsewhere,
)


@dataclass(frozen=True, kw_only=True)
class SignAs:
    """
    What the first person signs and, where a step takes two, what the second does.

    needs: what must be on record of each of them before they sign.
    """

    meaning: Meaning
    second: Meaning | None = None
    needs: frozenset[Gate] = ALL_GATES


USER_ID_ASKED = Refusal(
    "USER_ID_ASKED",
    "Enter your user ID as well as your password: it is your first signing since you signed in, "
    "or since your session, role or device changed. Nothing was signed.",
)
NOT_SHOWN = Refusal(
    "SHEET_UNKNOWN",
    "What you sent is no sheet that was shown to you here in this session. It is shown now: read "
    "it, and sign again.",
)
PERFORMED = SignAs(meaning=Meaning.PERFORMED)
PERFORMED_AND_VERIFIED = SignAs(meaning=Meaning.PERFORMED, second=Meaning.REVIEWED)
PERFORMED_AND_WITNESSED = SignAs(meaning=Meaning.PERFORMED, second=Meaning.WITNESSED)


def prove(request: Request, form: SigningForm, signs: SignAs) -> SignedIntent:
    """
    Prove everybody who signs, from what they entered; slow on purpose, and before any lock.

    form: valid; a `TwoPersonForm` where `signs` names a second meaning.
    The first signing of a session takes user id and password, later ones the password; the
    second person, whose session it is not, always gives both. Who signs at the identity provider
    is sent there, and the form comes back to here with them.
    Raises LeavesForProvider; SigningFailed: somebody's user id and password do not match, the user
    id is missing where it is asked, the first is not the person of this session, both are one
    person, what was sent is no sheet that was shown, or it is not on record that they may sign.
    The attempt is recorded.
    Source: 21 CFR 11.200(a)(1); URS-31, URS-49, URS-54, URS-55.
    """
    entered = form.cleaned_data
    at = timezone.now()
    sheet = _sheet_of(request)
    in_full = bool(entered["user_id"].strip())
    _insist_on_this_session(request, entered["user_id"])
    if signs.second is not None:
        _insist_on_two(request, entered["second_user_id"])
    seats = [Seat(FIRST, request.user.user_id, entered["password"], signs.meaning)]
    if signs.second is not None:
        second_id, password = entered["second_user_id"], entered["second_password"]
        seats.append(Seat(SECOND, second_id, password, signs.second))
    proofs = _prove_all(request, seats, entered["reason"], signs.needs, at)
    intent = proofs[0] if signs.second is None else witnessed(proofs[0], by=proofs[1])
    if in_full:
        form.once_signed.append(partial(remember_signing, request))
    return replace(intent, sheet=sheet)


def _prove_all(
    request: Request, seats: list[Seat], reason: str, needs: frozenset[Gate], at: datetime
) -> list[SignedIntent]:
    """Prove who sits on each seat; who does so elsewhere goes there once the others have."""
    returned = proven_here(request)
    if returned is not None and returned.refusals:
        raise SigningFailed(returned.refusals)  # recorded when they came back
    leaving, proofs = [], []
    for seat in seats:
        link = None if returned else link_of_signer(request, seat.user_id)
        if link is not None:
            leaving.append((seat.name, link))
        else:
            proofs.append((seat.name, _confirm(request, seat, reason, needs, at)))
    if leaving:
        proven = [(name, intent.signer.pk) for name, intent in proofs]
        leave_to_sign(request, leaving, proven=proven)
    return [intent for _, intent in proofs]


def _confirm(
    request: Request, seat: Seat, reason: str, needs: frozenset[Gate], at: datetime
) -> SignedIntent:
    return confirm_intent(
        user_id=seat.user_id,
        password=seat.password,
        meaning=seat.meaning,
        reason=reason,
        device=device_of(request),
        at=at,
        request_id=request_id_of(request),
        authenticated=person_on(request, seat),
        needs=needs,
    )


def prove_another(request: Request, form: SigningForm, meaning: Meaning) -> SignedIntent:
    """
    Prove somebody who signs on a screen that may be another person's, such as a witness.

    Raises LeavesForProvider; SigningFailed: the user id and password do not match, or what was
    sent is no sheet that was shown; the attempt is recorded.
    """
    entered = form.cleaned_data
    sheet = _sheet_of(request)
    seat = Seat(FIRST, entered["user_id"], entered["password"], meaning)
    proofs = _prove_all(request, [seat], entered["reason"], ALL_GATES, timezone.now())
    return replace(proofs[0], sheet=sheet)


def _sheet_of(request: Request) -> ShownSheet:
    """
    Return the sheet that was sent.

    Raises SigningFailed: it is none of this session; the attempt is recorded.
    """
    return shown_sheet(request) or _refuse(request, [NOT_SHOWN], path=request.path[:200])


def _insist_on_this_session(request: Request, user_id: str) -> None:
    """
    Refuse a signature by somebody else than the page says, or without a user id that is asked.

    Raises SigningFailed: the attempt is recorded.
    """
    own = request.user.user_id
    if fold(user_id) == own:
        return
    if fold(user_id):
        refusal = Refusal(
            "OTHER_SIGNER",
            f"You are signed in as {own}: sign with that user ID, or sign "
            "out so that the other person can sign in.",
        )
    elif asks_all_components(request):
        refusal = USER_ID_ASKED
    else:
        return
    _refuse(request, [refusal], entered_user_id=user_id[:60])


def _insist_on_two(request: Request, second_user_id: str) -> None:
    """
    Refuse the same person twice, before anybody's password is checked.

    Raises SigningFailed: the attempt is recorded.
    Source: URS-31.
    """
    if fold(second_user_id) == request.user.user_id:
        _refuse(request, [SAME_PERSON], entered_user_id=second_user_id[:60])


def _refuse(request: Request, refusals: list[Refusal], **subject: object) -> NoReturn:
    error = SigningFailed(refusals)
    record_refusal(
        action="sign",
        error=error,
        actor=request.user,
        device=device_of(request),
        request_id=request_id_of(request),
        subject=subject,
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
    if isinstance(form, SigningForm):
        for do in form.once_signed:
            do()
    return Attempt(is_done=True)


def sign_fields(
    request: Request,
    form: SigningForm,
    tried: Attempt,
    *,
    signs: SignAs,
    statement: str,
    reasons: tuple[str, ...] = (),
    records: Records = (),
    hidden: Hidden = (),
) -> SignFields:
    """
    Give the fields in which the person of this session signs, and perhaps a second one.

    records: what the page shows and the signature covers. hidden: what the form sends along.
    """
    person = request.user
    return SignFields(
        printed_name=person.full_name,
        user_id=person.user_id,
        role=", ".join(str(Role(name).label) for name in person.role_names()) or "no role",
        meaning=str(signs.meaning.label),
        statement=statement,
        reasons=reasons,
        reason=str(form.data.get("reason", "")) if form.is_bound else "",
        sheet=token_of(request, records, hidden),
        asks_user_id=asks_all_components(request),
        second_meaning="" if signs.second is None else str(signs.second.label),
        by_provider=signs_elsewhere(request),
        provider_name=settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        errors=tried.problems,
        missing=() if tried.problems else hindrances(person, signs.needs),
    )
