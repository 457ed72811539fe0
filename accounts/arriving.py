"""Who comes back from the identity provider: let in, proven again, or refused and kept."""

from datetime import datetime

from django.http import HttpRequest

from accounts import provider
from accounts.access import record_access
from accounts.lockout import LOCKED, count_failure, forgive, is_locked
from accounts.models import AccessKind, Person
from accounts.provider import Identity
from accounts.provider_links import person_of
from audit.errors import DomainError, NotAuthorised, Refusal, SigningFailed
from audit.proofs import ProofRequest, Purpose
from audit.refusals import record_refusal

UNKNOWN = Refusal(
    "SIGN_IN_REFUSED",
    "The identity provider knows you, but no account here is linked to you. Sign in with your user "
    "ID and password and link it, or ask an administrator.",
)
CLOSED = Refusal("DEACTIVATED", "This account was closed. Ask an administrator.")
OTHER_PERSON = Refusal(
    "OTHER_SIGNER",
    "Somebody else proved who they are at the identity provider. Begin again, and sign in there "
    "as yourself.",
)


def person_let_in(request: HttpRequest, *, departed_at: datetime, proof: ProofRequest) -> Person:
    """
    Return whose account is linked to who comes back; no account is made by coming in.

    Raises SigningFailed: nothing was proven, no account is linked, or it is locked; NotAuthorised
    (DEACTIVATED). Each is kept as refused and in the access log.
    Source: 21 CFR 11.10(d), 11.300(d); URS-14, URS-20, URS-68.
    """
    person, identity = None, None
    try:
        identity = provider.arrive(request, departed_at=departed_at)
        person = person_of(identity)
        _insist_on_open(person)
    except DomainError as error:
        _keep(error, person, identity, proof)
        raise
    assert person is not None  # noqa: S101 - who is not known was refused
    return person


def _insist_on_open(person: Person | None) -> None:
    if person is None:
        raise SigningFailed([UNKNOWN])
    if not person.is_active:
        raise NotAuthorised([CLOSED])
    _insist_on_no_lock(person)


def _insist_on_no_lock(person: Person) -> None:
    if is_locked(person.user_id):
        raise SigningFailed([LOCKED])


def _keep(
    error: DomainError, person: Person | None, identity: Identity | None, proof: ProofRequest
) -> None:
    known_as = "" if identity is None else identity.known_as
    record_access(
        AccessKind.REFUSED if LOCKED in error.refusals else AccessKind.FAILED,
        typed=known_as,
        person=person,
        device=proof.device,
        address=proof.address,
        purpose=Purpose.SIGN_IN,
        note=f"At the identity provider: {error}",
    )
    record_refusal(
        action="sign_in",
        error=error,
        actor=person,
        user_id=known_as,
        device=proof.device,
        request_id=proof.request_id,
        subject={} if identity is None else {"subject": identity.subject},
    )


def insist_on_person(
    request: HttpRequest, person: Person, *, departed_at: datetime, proof: ProofRequest
) -> None:
    """
    Insist that who comes back is this person, whose account is open and not locked.

    What fails counts as a wrong password does; that nobody answers is nobody's failure.
    Raises SigningFailed: with the reason, after it was counted.
    Source: 21 CFR 11.200(a)(1), 11.300(d); URS-59, URS-62, URS-68.
    """
    try:
        _insist_on_no_lock(person)
        identity = provider.arrive(request, departed_at=departed_at)
        _insist_on_same(person_of(identity), person)
    except SigningFailed as error:
        if provider.UNREACHABLE not in error.refusals:
            count_failure(person.user_id, proof)
        raise
    forgive(person.user_id)


def _insist_on_same(found: Person | None, person: Person) -> None:
    if found is None or found.pk != person.pk:
        raise SigningFailed([OTHER_PERSON])
    if not found.is_active:
        raise SigningFailed([CLOSED])
