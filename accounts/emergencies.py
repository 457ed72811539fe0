"""What emergency access takes: who may ask, approve, end and review it, and whether it lasts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import EmergencyAccess, Person
from accounts.models.emergency_access import GIVEN_ROLES
from accounts.roles import Role
from audit.authors import Author
from audit.errors import NotFound, Refusal

ASKERS = (Role.TECHNICIAN, Role.SUPERVISOR, Role.QA, Role.RELEASE, Role.ADMINISTRATOR)
APPROVERS = (Role.SUPERVISOR, Role.QA, Role.RELEASE, Role.ADMINISTRATOR)
REVIEWERS = (Role.QA,)
WAITS_FOR = timedelta(minutes=60)
"""How long a request waits for its approvals; after that somebody asks anew."""
UNKNOWN = Refusal("UNKNOWN_EMERGENCY", "No request for emergency access has this number.")
NOTHING_ASKED = Refusal("NOTHING_ASKED", "Choose a role, a program or a site.")
NEVER_GIVEN = Refusal(
    "ROLE_NEVER_GIVEN",
    "An emergency gives work on the floor or administration, never the judgement on product.",
)
OWN = Refusal("OWN_EMERGENCY", "Nobody approves or reviews their own emergency access.")
OWN_APPROVAL = Refusal(
    "OWN_APPROVAL", "You approved it: somebody else in quality reviews what was done under it."
)
SAME_APPROVER = Refusal(
    "SAME_APPROVER", "You approved it already: the second approval is somebody else's."
)
ON_EMERGENCY = Refusal(
    "ON_EMERGENCY", "Who works under emergency access approves no other. Ask somebody else."
)
NOT_WAITING = Refusal("NOT_WAITING", "This request was approved by two people already.")
LAPSED = Refusal("LAPSED", "This request waited for more than an hour. Ask anew.")
NOT_RUNNING = Refusal("NOT_RUNNING", "This emergency access does not last any more.")
STILL_RUNNING = Refusal("STILL_RUNNING", "It still lasts: review it once it has ended.")
REVIEWED = Refusal("ALREADY_REVIEWED", "Somebody reviewed it already.")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for in an emergency, any of it together; what: the same in words."""

    role: str = ""
    program_key: int | None = None
    site_key: int | None = None
    what: str


def locked_emergency(emergency_id: int) -> EmergencyAccess:
    """
    Return a request under its lock.

    Raises NotFound: there is none with this number.
    """
    rows = EmergencyAccess.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("person").filter(pk=emergency_id).first()
    if found is None:
        raise NotFound([UNKNOWN])
    return found


def lasts(row: EmergencyAccess, *, at: datetime) -> bool:
    """Say whether emergency access lasts at a time."""
    if row.started_at is None or row.expires_at is None or row.ended_at is not None:
        return False
    return row.started_at <= at < row.expires_at


def waits(row: EmergencyAccess, *, at: datetime) -> bool:
    """Say whether a request may still be approved."""
    return row.started_at is None and at < row.requested_at + WAITS_FOR


def refusals_to_ask(
    person: Person, held: Sequence[str], wanted: Wanted, *, at: datetime
) -> list[Refusal]:
    """
    Say every reason why somebody may not ask for this; empty when they may.

    person: locked. held: names of their roles now.
    Source: URS-22.
    """
    refusals = []
    if not wanted.role and wanted.program_key is None and wanted.site_key is None:
        refusals.append(NOTHING_ASKED)
    if wanted.role and wanted.role not in GIVEN_ROLES:
        refusals.append(NEVER_GIVEN)
    if wanted.role in held:
        words = f"You hold {Role(wanted.role).label} already."
        refusals.append(Refusal("ROLE_ALREADY_HELD", words))
    rows = EmergencyAccess.objects.filter(person=person, requested_at__gt=at - 2 * WAITS_FOR)
    if any(waits(row, at=at) or lasts(row, at=at) for row in rows):
        words = "You asked for emergency access already: it waits, or it lasts still."
        refusals.append(Refusal("ALREADY_ASKED", words))
    return refusals


def refusals_to_approve(
    row: EmergencyAccess, approvers: Sequence[Author], *, at: datetime
) -> list[Refusal]:
    """
    Say every reason why these people may not approve a request; empty when they may.

    approvers: one, or two who sign together.
    Source: 21 CFR 11.200(a)(3); URS-22.
    """
    if row.started_at is not None:
        return [NOT_WAITING]
    refusals = [] if waits(row, at=at) else [LAPSED]
    keys = {person.pk for person in approvers}
    if row.person_id in keys:
        refusals.append(OWN)
    if row.first_approver_id in keys:
        refusals.append(SAME_APPROVER)
    if row.first_approver_id is not None and len(keys) > 1:
        refusals.append(SAME_APPROVER if row.first_approver_id in keys else NOT_WAITING)
    theirs = EmergencyAccess.objects.filter(person__in=keys, started_at__isnull=False)
    if any(lasts(each, at=at) for each in theirs.filter(expires_at__gt=at)):
        refusals.append(ON_EMERGENCY)
    return list(dict.fromkeys(refusals))


def refusals_to_review(row: EmergencyAccess, by: Author, *, at: datetime) -> list[Refusal]:
    """Say why somebody may not review what was done; empty when they may."""
    if row.reviewed_at is not None:
        return [REVIEWED]
    refusals = [OWN] if row.person_id == by.pk else []
    if by.pk in {row.first_approver_id, row.second_approver_id}:
        refusals.append(OWN_APPROVAL)
    if row.started_at is None:
        refusals.append(NOT_RUNNING)
    elif lasts(row, at=at):
        refusals.append(STILL_RUNNING)
    return refusals
