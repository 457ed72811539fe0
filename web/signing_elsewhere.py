"""Signing at the identity provider: the sheet waits here, and is signed when its people return."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import provider
from accounts.arriving import insist_on_person
from accounts.lockout import is_locked
from accounts.models import Person, ProviderLink, SigningUnderWay, fold
from accounts.provider_links import link_of
from accounts.sessions import handle_of
from accounts.signings_under_way import (
    Proven,
    Seats,
    find_signing,
    keep_signing,
    note_proven,
    note_refused,
    take_signing,
)
from audit.errors import Refusal, SigningFailed
from audit.models import Meaning
from audit.proofs import Purpose
from audit.refusals import record_refusal
from audit.signing import LOCKED
from web.attribution import device_of, proof_for, request_id_of
from web.forms.by_settings import CREDENTIALS, put_under_seal
from web.forms.signing import PROVEN_BEFORE
from web.http import Request
from web.journeys import Errand, Journey, set_out

_KEPT_AS = "signed_elsewhere"
_PROVEN = "proven_elsewhere"
SECRETS = ("password", "second_password", "csrfmiddlewaretoken")
TOO_LATE = Refusal(
    "SIGNING_TOO_LATE",
    "It took too long to come back from the identity provider, or the sheet was signed already. "
    "Nothing was signed by this: open the page and begin anew.",
)


FIRST, SECOND = "first", "second"


@dataclass(frozen=True)
class Seat:
    """One part of a signature, and what was entered there."""

    name: str
    user_id: str
    password: str
    meaning: Meaning


class LeavesForProvider(Exception):
    """Somebody signs at the provider: the page that leads there is the answer."""

    def __init__(self, address: str, who: Person) -> None:
        self.address, self.who = address, who
        super().__init__("to the identity provider")


def proven_here(request: Request) -> Proven | None:
    """Return what came of the signing whose people have just returned; None when there is none."""
    found: Proven | None = request.__dict__.get(_PROVEN)
    return found


def person_on(request: Request, seat: Seat) -> Person | None:
    """Return who has just proved that the seat is theirs; None when a password must."""
    returned = proven_here(request)
    person = None if returned is None else returned.people.get(seat.name)
    return person if person is not None and person.user_id == fold(seat.user_id) else None


def link_of_signer(request: Request, user_id: str) -> ProviderLink | None:
    """Return where somebody proves who they are, when that is not here with a password."""
    if not provider.is_configured():
        return None
    own = fold(user_id) == request.user.user_id
    person = request.user if own else Person.objects.filter(user_id=fold(user_id)).first()
    return None if person is None else link_of(person.pk)


def signs_elsewhere(request: Request) -> bool:
    """Say whether the person of this session signs at the provider."""
    return link_of_signer(request, request.user.user_id) is not None


def leave_to_sign(
    request: Request, leaving: Sequence[tuple[str, ProviderLink]], *, proven: Seats
) -> NoReturn:
    """
    Keep the sheet as it was filled in, and send the first of those who leave to the provider.

    leaving: seats by name, with where their people prove who they are.
    proven: who signs with a password, and has proved it a moment ago.
    Raises LeavesForProvider; SigningFailed (LOCKED_OUT, PROVIDER_UNREACHABLE), which is recorded.
    """
    posted = request.POST.copy()
    for name in SECRETS:
        posted.pop(name, None)
    if secret := posted.get(CREDENTIALS):  # of a source of readings; it waits encrypted
        posted[CREDENTIALS] = put_under_seal(str(secret))
    number = keep_signing(
        session=_session(request),
        person=request.user,
        path=request.get_full_path(),
        posted=posted.urlencode(),
        waiting=[(name, link.person_id) for name, link in leaving],
        proven=proven,
        at=timezone.now(),
    )
    raise _on_the_way(request, leaving[0][1], number, back=request.get_full_path())


def _on_the_way(
    request: Request, link: ProviderLink, number: int, *, back: str
) -> LeavesForProvider:
    person = link.person
    try:
        if is_locked(person.user_id):
            raise SigningFailed([LOCKED])  # noqa: TRY301 - kept as what the provider refuses is
        address = set_out(request, Errand.SIGN, back=back, known_as=link.known_as, about=number)
    except SigningFailed as error:
        _keep(request, error, person, back)
        raise
    return LeavesForProvider(address, person)


def come_back_to_sign(request: Request, journey: Journey) -> HttpResponse:
    """
    Check who returned, and lead to the sheet, where it is signed or shown again with the reason.

    Raises SigningFailed (SIGNING_TOO_LATE): nothing waits for them any more.
    """
    row = find_signing(journey.about, session=_session(request), at=timezone.now())
    if row is None:
        error = SigningFailed([TOO_LATE])
        _keep(request, error, request.user, journey.back)
        raise error
    person = Person.objects.get(pk=row.waiting[0][1])
    proof = proof_for(request, Purpose.SIGN)
    try:
        insist_on_person(request, person, departed_at=journey.departed_at, proof=proof)
    except SigningFailed as error:
        _keep(request, error, person, row.path)
        return _to_the_sheet(request, row, error.refusals)
    note_proven(row)
    return _next(request, row) if row.waiting else _to_the_sheet(request, row)


def _next(request: Request, row: SigningUnderWay) -> HttpResponse:
    """Send the next who signs to the provider."""
    link = link_of(row.waiting[0][1])
    if link is None:
        return _to_the_sheet(request, row, [TOO_LATE])
    try:
        return leaving_page(request, _on_the_way(request, link, row.pk, back=row.path))
    except SigningFailed as error:
        return _to_the_sheet(request, row, error.refusals)


def _to_the_sheet(
    request: Request, row: SigningUnderWay, refusals: Sequence[Refusal] = ()
) -> HttpResponse:
    if refusals:
        note_refused(row, refusals)
    request.session[_KEPT_AS] = {"path": row.path, "number": row.pk}
    return redirect(row.path)


def _keep(request: Request, error: SigningFailed, actor: Person, path: str) -> None:
    record_refusal(
        action="sign",
        error=error,
        actor=actor,
        device=device_of(request),
        request_id=request_id_of(request),
        subject={"path": path[:200]},
    )


def _session(request: HttpRequest) -> str:
    return handle_of(request.session.session_key or "")


def leaving_page(request: HttpRequest, leaving: LeavesForProvider) -> HttpResponse:
    """Show the page that leads to the provider by itself."""
    context = {"address": leaving.address, "who": leaving.who}
    return render(request, "accounts/leave.html", context)


class SigningElsewhereMiddleware:
    """
    Send the sheet on by itself when its people are back, and lead those to the provider who leave.

    The view sees the form as it was sent, once; the sheet's own token, versions, readiness and
    rules are asked as always.
    Source: 21 CFR 11.70, 11.200(a)(1); URS-52, URS-62.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, as the sheet that waited where it is one."""
        waits = request.session.get(_KEPT_AS, {}) if request.method == "GET" else {}
        if waits.get("path") == request.get_full_path():
            del request.session[_KEPT_AS]
            self._send_on(request, waits["number"])
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer with the way to the provider where somebody leaves for it."""
        return leaving_page(request, error) if isinstance(error, LeavesForProvider) else None

    def _send_on(self, request: Any, number: int) -> None:
        if not isinstance(request.user, Person):
            return
        found = take_signing(
            number,
            session=_session(request),
            person=request.user,
            path=request.get_full_path(),
            at=timezone.now(),
        )
        if found is None:
            return
        request.__dict__[_PROVEN] = found
        request.method = request.META["REQUEST_METHOD"] = "POST"
        request.POST = QueryDict(f"{found.posted}&{PROVEN_BEFORE}=yes")
        request.csrf_processing_done = True  # it was asked for when the form was sent
