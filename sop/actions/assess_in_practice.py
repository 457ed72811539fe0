"""Assessing in practice whether somebody can do what a procedure says."""

from datetime import datetime

from accounts.authority import require_role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from sop.documents.reading import stored_document
from sop.models import Assessment
from sop.queries.assessing import refusals_to_assess
from sop.training import ASSESSORS, locked_trainee, locked_version, months_after


def assess_in_practice(
    *,
    person_id: int,
    version_id: int,
    is_passed: bool,
    observed: str,
    intent: SignedIntent,
    at: datetime,
) -> Assessment:
    """
    Record a practical assessment; it counts for the months that the document says.

    observed: what the assessor saw the person do. The newest assessment decides: one that was not
    passed ends the right to act by itself.
    Raises NotFound; NotAuthorised; ActionRefused (VERSION_NOT_TO_READ, NO_ASSESSMENT_ASKED,
    NOT_TO_BE_TRAINED, OWN_ASSESSMENT, NOT_READ_YET, NOTHING_OBSERVED, ASSESSOR_NOT_QUALIFIED).
    Source: 21 CFR 211.25(a); URS-07, URS-31.
    """
    with signed_change(intent, action="assess_in_practice") as change:
        change.subject.update(person=person_id, version=version_id)
        version = locked_version(version_id)
        person = locked_trainee(person_id)
        require_role(intent.signer, ASSESSORS)
        refuse_if(refusals_to_assess(person, version, observed, by=intent.signer, at=at))
        months = stored_document(version.document).training.valid_months
        row = Assessment(
            person=person,
            version=version,
            assessor_id=intent.signer.pk,
            is_passed=is_passed,
            observed=observed.strip(),
            assessed_at=at,
            counts_until=months_after(at, months),
        )
        row.save(force_insert=True)
        change.sign([row])
    return row
