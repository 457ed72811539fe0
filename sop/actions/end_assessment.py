"""Taking an assessment back, by quality."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, refuse_if
from sop.models import Assessment
from sop.queries.assessing import refusals_to_end
from sop.training import UNKNOWN_ASSESSMENT, locked_trainee


def end_assessment(*, assessment_id: int, intent: SignedIntent, at: datetime) -> Assessment:
    """
    Take an assessment back; the reason says why, and the person is to be assessed anew.

    Raises NotFound; NotAuthorised; ActionRefused (NOTHING_TO_END, ALREADY_ENDED, NOT_THE_NEWEST).
    Source: 21 CFR 211.25(a); URS-07.
    """
    with signed_change(intent, action="end_assessment") as change:
        change.subject.update(assessment=assessment_id)
        found = Assessment.objects.filter(pk=assessment_id).first()
        if found is None:
            raise NotFound([UNKNOWN_ASSESSMENT])
        locked_trainee(found.person_id)
        require_role(intent.signer, [Role.QA])
        rows = Assessment.objects.select_for_update(of=("self",), no_key=True)
        row = rows.select_related("version").get(pk=assessment_id)
        refuse_if(refusals_to_end(row))
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        change.sign([row])
    return row
