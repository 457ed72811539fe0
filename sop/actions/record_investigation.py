"""Recording what the investigation of a deviation found, and what is done about it."""

from dataclasses import asdict, dataclass

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import Refusal, refuse_if
from sop.deviation_locks import lock_deviation
from sop.models import Deviation, DeviationStatus
from sop.rules.deviations import refusals_to_change

NO_WORDS = Refusal("NO_WORDS", "Write what the investigation found.")
INVESTIGATORS = frozenset({Role.QA, Role.SUPERVISOR})


@dataclass(frozen=True, kw_only=True)
class Findings:
    """
    The texts of an investigation, each whole; what is not known yet is empty.

    impact: of an incident, on functions, data and work.
    """

    investigation: str
    root_cause: str = ""
    disposition: str = ""
    impact: str = ""


def record_investigation(
    *, deviation_id: int, findings: Findings, attribution: Attribution
) -> Deviation:
    """
    Write what was found so far; the texts before stay in the history.

    From here the deviation is under investigation; a closure that was asked for is asked anew.
    Raises NotFound; NotAuthorised; ActionRefused (DEVIATION_CLOSED, NO_WORDS).
    Source: 21 CFR 211.192; An11 (2011) section 13; URS-113, URS-121.
    """
    with attributed_change(attribution, action="record_investigation") as change:
        deviation = lock_deviation(deviation_id, seen_by=attribution.actor)
        change.subject.update(deviation=deviation.number)
        require_role(attribution.actor, INVESTIGATORS)
        refuse_if(
            refusals_to_change(deviation) + ([] if findings.investigation.strip() else [NO_WORDS])
        )
        texts = asdict(findings)
        for name, text in texts.items():
            setattr(deviation, name, text.strip())
        deviation.status = DeviationStatus.INVESTIGATING
        deviation.save(update_fields=[*texts, "status"])
        return deviation
