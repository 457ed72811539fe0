"""Recording what was done at once so that a deviation goes no further."""

from accounts.authority import require_role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import Refusal, refuse_if
from sop.authority import FLOOR_OR_QUALITY
from sop.deviation_locks import lock_deviation
from sop.models import Deviation
from sop.rules.deviations import refusals_to_change

NO_WORDS = Refusal("NO_WORDS", "Write what was done at once.")


def record_containment(
    *, deviation_id: int, containment: str, attribution: Attribution
) -> Deviation:
    """
    Write what was done at once; the text before stays in the history.

    Raises NotFound; NotAuthorised; ActionRefused (DEVIATION_CLOSED, NO_WORDS).
    Source: 21 CFR 211.100(b); URS-113.
    """
    with attributed_change(attribution, action="record_containment") as change:
        deviation = lock_deviation(deviation_id, seen_by=attribution.actor)
        change.subject.update(deviation=deviation.number)
        require_role(attribution.actor, FLOOR_OR_QUALITY)
        refuse_if(refusals_to_change(deviation) + ([] if containment.strip() else [NO_WORDS]))
        deviation.containment = containment.strip()
        deviation.save(update_fields=["containment"])
        return deviation
