"""What speaks against an assessment: its person, its version, its assessor."""

from datetime import datetime

from accounts.models import Person
from accounts.roles import Role
from audit.authors import Author
from audit.errors import Refusal
from sop.models import Assessment, ProcedureVersion, ReadUnderstood
from sop.qualification import is_qualified
from sop.queries.standing import passes_on
from sop.training import (
    ALREADY_ENDED,
    ASSESSOR_NOT_QUALIFIED,
    ASSESSORS,
    MAY_READ,
    NO_ASSESSMENT,
    NOT_ON_THE_FLOOR,
    NOT_PASSED,
    NOT_READ,
    NOT_THE_NEWEST,
    NOT_TO_READ,
    NOTHING_OBSERVED,
    OWN_ASSESSMENT,
    is_to_read,
)


def refusals_to_assess(
    person: Person, version: ProcedureVersion, observed: str, *, by: Author, at: datetime
) -> list[Refusal]:
    """
    Say every reason why `by` may not assess a person on a version; empty when they may.

    person, version: locked, the version with its procedure.
    Source: 21 CFR 211.25(a); URS-07, URS-31.
    """
    refusals = [] if is_to_read(version, at=at) else [NOT_TO_READ]
    refusals += [] if version.needs_assessment else [NO_ASSESSMENT]
    if not person.is_active or MAY_READ.isdisjoint(person.role_names()):
        refusals.append(NOT_ON_THE_FLOOR)
    if person.pk == by.pk:
        refusals.append(OWN_ASSESSMENT)
    if not ReadUnderstood.objects.filter(person=person, version=version, read_at__lte=at).exists():
        refusals.append(NOT_READ)
    refusals += [] if observed.strip() else [NOTHING_OBSERVED]
    return refusals if _may_judge(by, version, at) else [*refusals, ASSESSOR_NOT_QUALIFIED]


def refusals_to_end(row: Assessment) -> list[Refusal]:
    """Say why an assessment may not be taken back; its person is locked."""
    if not row.is_passed:
        return [NOT_PASSED]
    if row.ended_at is not None:
        return [ALREADY_ENDED]
    same = Assessment.objects.filter(person=row.person_id, version=row.version_id)
    return [NOT_THE_NEWEST] if same.filter(assessed_at__gt=row.assessed_at).exists() else []


def _may_judge(by: Author, version: ProcedureVersion, at: datetime) -> bool:
    """
    Say whether somebody is qualified themselves, or may assess the first one.

    Somebody has to begin: while no assessor is qualified, quality does who has read the version.
    """
    if is_qualified(by.pk, version.pk):
        return True
    passed = passes_on(version, at=at).filter(
        person__is_active=True, person__memberships__group__name__in=ASSESSORS
    )
    if passed.exists() or Role.QA not in by.role_names():
        return False
    return ReadUnderstood.objects.filter(person=by.pk, version=version).exists()
