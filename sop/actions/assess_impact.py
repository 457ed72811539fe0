"""Assessing what a deviation means for the vials under it, by quality."""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if
from audit.writes import update_all
from sop.deviation_locks import lock_deviation, lock_listed_vials, vials_listed
from sop.models import Deviation, Impact
from sop.rules.deviations import refusals_to_change

NOTHING_ASSESSED = Refusal("NOTHING_ASSESSED", "Choose an impact for at least one vial.")


@dataclass(frozen=True)
class ImpactAssessment:
    """What a deviation means for one vial, and why."""

    impact: Impact
    words: str


def assess_impact(
    *, deviation_id: int, assessed: Mapping[int, ImpactAssessment], intent: SignedIntent
) -> Deviation:
    """
    Say for vials what a deviation means for them, each with its own signature.

    assessed: by the vial's key. Until the impact is “none” the vial is under review.
    Raises NotFound; NotAuthorised; ActionRefused (DEVIATION_CLOSED, NOTHING_ASSESSED, NOT_LISTED,
    IMPACT_UNEXPLAINED).
    Source: 21 CFR 211.192; REQUIREMENTS B7; URS-113.
    """
    with signed_change(intent, action="assess_impact") as change:
        lock_listed_vials(deviation_id)
        deviation = lock_deviation(deviation_id, seen_by=intent.signer)
        change.subject.update(deviation=deviation.number)
        require_role(intent.signer, [Role.QA])
        listed = {row.vial_id: row for row in vials_listed(deviation)}
        refuse_if(refusals_to_change(deviation) + _refusals(assessed, listed))
        rows = [listed[key] for key in assessed]
        for row in rows:
            row.impact = assessed[row.vial_id].impact
            row.words = assessed[row.vial_id].words.strip()
        update_all(rows, ["impact", "words"])
        change.sign(rows)
        return deviation


def _refusals(
    assessed: Mapping[int, ImpactAssessment], listed: Mapping[int, object]
) -> list[Refusal]:
    if not assessed:
        return [NOTHING_ASSESSED]
    refusals = []
    if set(assessed) - set(listed):
        words = "A vial is not listed under this deviation. Open its page anew."
        refusals.append(Refusal("NOT_LISTED", words))
    if any(said.impact == Impact.TO_ASSESS or not said.words.strip() for said in assessed.values()):
        words = "Give every assessed vial an impact, and say why."
        refusals.append(Refusal("IMPACT_UNEXPLAINED", words))
    return refusals
