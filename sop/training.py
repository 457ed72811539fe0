"""Training: who reads and who assesses, how long it counts, and how somebody stands."""

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models

from accounts.models import Person
from accounts.roles import Role
from audit.errors import NotFound, Refusal
from sop.authority import AUTHORITY
from sop.governed import GOVERNED
from sop.models import Assessment, ProcedureVersion, VersionStatus

MAY_READ = frozenset(role for action in GOVERNED for role in AUTHORITY[action]) - {Role.SERVICE}
"""Every role that may do an action which a procedure governs."""
ASSESSORS = (Role.QA, Role.SUPERVISOR)
EXPIRES_SOON = timedelta(days=30)
COMES_SOON = timedelta(days=14)

UNKNOWN_VERSION = Refusal("UNKNOWN_VERSION", "There is no such version of a procedure.")
UNKNOWN_PERSON = Refusal("UNKNOWN_PERSON", "There is no such person.")
UNKNOWN_ASSESSMENT = Refusal("UNKNOWN_ASSESSMENT", "There is no such assessment.")
NOT_TO_READ = Refusal(
    "VERSION_NOT_TO_READ",
    "This version is neither in force nor approved for a day to come. Read the one that is.",
)
ALREADY_READ = Refusal("ALREADY_READ", "You signed already that you read this version.")
OWN_ASSESSMENT = Refusal("OWN_ASSESSMENT", "Nobody assesses themselves. Ask another assessor.")
NO_ASSESSMENT = Refusal(
    "NO_ASSESSMENT_ASKED", "This procedure asks for no assessment: having read it is enough."
)
NOT_READ = Refusal("NOT_READ_YET", "They have not signed that they read this version. First that.")
NOTHING_OBSERVED = Refusal("NOTHING_OBSERVED", "Say what you saw them do.")
NOT_ON_THE_FLOOR = Refusal(
    "NOT_TO_BE_TRAINED", "This account is closed, or holds no role that follows procedures."
)
ASSESSOR_NOT_QUALIFIED = Refusal(
    "ASSESSOR_NOT_QUALIFIED",
    "You are not qualified for this procedure yourself. Ask somebody who is. While no assessor is, "
    "quality begins, after reading the version.",
)
NOT_PASSED = Refusal("NOTHING_TO_END", "It was not passed: there is nothing to take back.")
ALREADY_ENDED = Refusal("ALREADY_ENDED", "Somebody took this assessment back already.")
NOT_THE_NEWEST = Refusal(
    "NOT_THE_NEWEST", "A later assessment decides already. Open that one instead."
)


class Stand(models.TextChoices):
    """How somebody stands towards a version, the worst first."""

    FAILED = "failed", "Not passed"
    EXPIRED = "expired", "Expired"
    TO_READ = "to_read", "To read"
    TO_ASSESS = "to_assess", "To assess"
    EXPIRING = "expiring", "Expires within 30 days"
    QUALIFIED = "qualified", "Qualified"


GAPS = frozenset({Stand.FAILED, Stand.EXPIRED, Stand.TO_READ, Stand.TO_ASSESS})


@dataclass(frozen=True, kw_only=True)
class Judged:
    """
    How somebody stands.

    also: a second thing that is missing. until: from then on an assessment is needed again.
    """

    stand: Stand
    also: Stand | None = None
    until: datetime | None = None


def judge(
    version: ProcedureVersion, *, read_at: datetime | None, newest: Assessment | None, at: datetime
) -> Judged:
    """
    Judge how somebody stands towards a version at a time.

    newest: of the assessments that the version asks for, the last one until then; it decides.
    Source: 21 CFR 211.25(a); URS-07.
    """
    missing = [] if read_at is not None and read_at <= at else [Stand.TO_READ]
    until = None
    if version.needs_assessment:
        lacks = _lacks(newest, at)
        missing += [] if lacks is None else [lacks]
        until = newest.counts_until if newest is not None and lacks is None else None
    if missing:
        first, *others = sorted(missing, key=list(Stand).index)
        return Judged(stand=first, also=others[0] if others else None, until=until)
    soon = until is not None and until <= at + EXPIRES_SOON
    return Judged(stand=Stand.EXPIRING if soon else Stand.QUALIFIED, until=until)


def _lacks(newest: Assessment | None, at: datetime) -> Stand | None:
    if newest is None or (newest.ended_at is not None and newest.ended_at <= at):
        return Stand.TO_ASSESS
    if not newest.is_passed:
        return Stand.FAILED
    return None if at < newest.counts_until else Stand.EXPIRED


def months_after(at: datetime, months: int) -> datetime:
    """Return the same day so many calendar months later, or the last day of a shorter month."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return at.replace(year=year, month=month + 1, day=min(at.day, last))


def locked_version(version_id: int) -> ProcedureVersion:
    """
    Lock a version against being withdrawn, and return it with its procedure.

    Raises NotFound: there is none.
    """
    rows = ProcedureVersion.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("procedure").filter(pk=version_id).first()
    if found is None:
        raise NotFound([UNKNOWN_VERSION])
    return found


def locked_trainee(person_id: int) -> Person:
    """
    Lock a person, so that one assessment after the other is given and taken back.

    Raises NotFound: there is none.
    """
    rows = Person.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=person_id).first()
    if found is None:
        raise NotFound([UNKNOWN_PERSON])
    return found


def is_to_read(version: ProcedureVersion, *, at: datetime) -> bool:
    """Say whether a version is in force, or approved for a day to come."""
    retired_at = version.procedure.retired_at
    if version.status != VersionStatus.APPROVED or version.effective_at is None:
        return False
    if retired_at is not None and retired_at <= at:
        return False
    if version.effective_at > at:
        return True
    siblings = ProcedureVersion.objects.filter(procedure=version.procedure_id)
    return version.pk in siblings.in_force(at).values_list("pk", flat=True)
