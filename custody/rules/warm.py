"""Rules about what may leave that was too warm, not measured, or out of storage for too long."""

from datetime import datetime
from enum import StrEnum

from audit.errors import Refusal
from custody.exposure import refusals_of_exposure, refusals_to_expose
from custody.findings import Finding, Verdict
from custody.warmth import judge_temperature, spent_by
from custody.warmth_facts import TemperatureFacts
from inventory.models import Quality, Vial


class Step(StrEnum):
    """What is about to happen to a vial on its way to a patient."""

    PICK = "pick"
    PACK = "pack"
    HAND_OVER = "hand over"
    RELEASE = "release"


NEEDS_COVERAGE = frozenset({Step.HAND_OVER, Step.RELEASE})
"""Where a time without evidence stops: see docs/decisions/what-warmth-stops.md."""


def refusals_of_warmth(
    vial: Vial, facts: TemperatureFacts, step: Step, *, at: datetime
) -> list[Refusal]:
    """
    Say every reason why what probes and scans tell of `vial` keeps it from `step`.

    What is supplied out of specification goes by its own signatures. Nothing of this keeps a vial
    from a safe place.
    Source: 21 CFR 211.192, 1271.265(c); REQUIREMENTS B5, B7, B8; URS-89, URS-105.
    """
    if vial.quality == Quality.OOS_SUPPLY:
        return []
    used = spent_by(facts, at)
    refusals = [
        Refusal(finding.code, f"{vial.code}: {finding.words} {_way_out(finding)}")
        for finding in judge_temperature(facts, at=at)
        if _stops(finding, step)
    ]
    refusals += refusals_of_exposure(vial.code, used, facts.budget, facts.accepted, at=at)
    if step is Step.PICK:
        refusals += refusals_to_expose(vial.code, used, facts.budget, facts.accepted, at=at)
    return refusals


def _stops(finding: Finding, step: Step) -> bool:
    if finding.code in {"TEMPERATURE_GAP", "WARMER_THAN_PRODUCT"}:
        return step in NEEDS_COVERAGE
    if finding.code in {"EXCURSION_EVALUATED", "GAP_EVALUATED"}:
        return finding.verdict == Verdict.RED
    return finding.code == "EXCURSION"


def _way_out(finding: Finding) -> str:
    if finding.verdict == Verdict.RED:
        return "Put it back into storage and call QA."
    if finding.code == "WARMER_THAN_PRODUCT":
        return "QA decides by the stability data: new limits of the product, or another supply."
    return "Ask QA to evaluate it; moving it to a safe place stays possible."
