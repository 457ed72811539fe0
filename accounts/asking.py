"""What asking for access takes, and who may decide on it."""

from dataclasses import dataclass

from accounts.models import AccessRequest, Person, RequestedKind, RequestStatus, RoleMembership
from accounts.roles import Role
from audit.authors import Author, SignedIntent
from audit.constraints import refused_by
from audit.errors import NotFound, Refusal

APPROVERS = (Role.ADMINISTRATOR, Role.QA)
ALREADY_ASKED = Refusal(
    "ALREADY_ASKED", "This was asked for already and waits for approval: see Access requests."
)
OWN_ACCESS = Refusal(
    "OWN_ACCESS", "Nobody asks for their own access, or decides on it: ask somebody else."
)
OWN_REQUEST = Refusal(
    "OWN_REQUEST", "Who asked does not decide: another administrator or QA approves or rejects."
)
UNKNOWN_REQUEST = Refusal("UNKNOWN_REQUEST", "No request for access has this number.")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """
    What somebody is to get.

    role: of a role. scope_id, right: of a program or site. what: the same in words.
    """

    kind: RequestedKind
    what: str
    role: str = ""
    scope_id: int | None = None
    right: str = ""


def refusals_to_ask(person: Person, wanted: Wanted, *, by: Author) -> list[Refusal]:
    """
    Say what speaks against asking for this, whatever it is; empty when nothing does.

    Source: Annex 11 (2011) section 12.3; URS-16.
    """
    refusals = [OWN_ACCESS] if person.pk == by.pk else []
    waiting = AccessRequest.objects.filter(
        person=person,
        status=RequestStatus.REQUESTED,
        kind=wanted.kind,
        role=wanted.role,
        scope_id=wanted.scope_id,
        right=wanted.right,
    )
    return [*refusals, ALREADY_ASKED] if waiting.exists() else refusals


def ask(person: Person, wanted: Wanted, *, intent: SignedIntent) -> AccessRequest:
    """
    Write a request into the open Change.

    Its status is ALONE, and the caller gives the access at once, only while there is nobody who
    could approve: else the first administrator could let nobody in.
    Raises ActionRefused (ALREADY_ASKED): somebody was quicker.
    """
    is_alone = not _somebody_approves(person, intent.signer)
    row = AccessRequest(
        person=person,
        kind=wanted.kind,
        role=wanted.role,
        scope_id=wanted.scope_id,
        right=wanted.right,
        what=wanted.what,
        status=RequestStatus.ALONE if is_alone else RequestStatus.REQUESTED,
        requested_by_id=intent.signer.pk,
        requested_at=intent.confirmed_at,
    )
    with refused_by("accounts_each_access_asked_once", ALREADY_ASKED):
        row.save(force_insert=True)
    return row


def _somebody_approves(person: Person, asking: Author) -> bool:
    able = RoleMembership.objects.filter(
        group__name__in=APPROVERS, person__is_active=True, person__is_shared=False
    )
    return able.exclude(person__in=[person.pk, asking.pk]).exists()


def locked_request(request_id: int) -> AccessRequest:
    """
    Return a request under its lock.

    Raises NotFound: there is none with this number.
    """
    rows = AccessRequest.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("person").filter(pk=request_id).first()
    if found is None:
        raise NotFound([UNKNOWN_REQUEST])
    return found


def refusals_to_decide(asked: AccessRequest, by: Author) -> list[Refusal]:
    """
    Say why somebody may not decide on a request; empty when they may.

    Source: Annex 11 (2011) section 12.3; URS-16.
    """
    refusals = []
    if asked.status != RequestStatus.REQUESTED:
        words = f"Somebody decided on it already: {asked.get_status_display().lower()}."
        refusals.append(Refusal("ALREADY_DECIDED", words))
    if by.pk == asked.person_id:
        refusals.append(OWN_ACCESS)
    if by.pk == asked.requested_by_id:
        refusals.append(OWN_REQUEST)
    return refusals


def decide(asked: AccessRequest, status: RequestStatus, intent: SignedIntent) -> None:
    """Write a decision into the open Change."""
    asked.status = status
    asked.decided_by_id, asked.decided_at = intent.signer.pk, intent.confirmed_at
    asked.save(update_fields=["status", "decided_by", "decided_at"])
