"""Rules about what may leave that was too warm, not measured, or out of storage for too long."""

from datetime import datetime
from enum import StrEnum

from audit.errors import Refusal
from custody.findings import Finding, Verdict
from custody.rules.exposing import refusals_of_exposure, refusals_to_expose
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
WITHOUT_EVIDENCE = frozenset(
    {"TEMPERATURE_GAP", "WARMER_THAN_PRODUCT", "ESTIMATED_WARMER", "LOGGER_NOT_READ"}
)


EVALUATED = frozenset(
    {
        "EXCURSION_EVALUATED",
        "LOW_NITROGEN_EVALUATED",
        "GAP_EVALUATED",
        "WARMER_THAN_PRODUCT_EVALUATED",
    }
)


def refusals_of_warmth(
    vial: Vial, facts: TemperatureFacts, step: Step, *, at: datetime
) -> list[Refusal]:
    """
    Say every reason why what probes and scans tell of `vial` keeps it from `step`.

    What is supplied out of specification goes by its own signatures. Nothing of this keeps a vial
    from a safe place. A vial that is out by its scan at the pick is checked out however long that
    took, so that its clock and whose hands it is in stay on record; it is stopped at the packing.
    Source: 21 CFR 211.192, 1271.265(c); REQUIREMENTS B5, B7, B8; URS-89, URS-105.
    """
    if vial.quality == Quality.OOS_SUPPLY:
        return []
    refusals = [
        Refusal(finding.code, f"{vial.code}: {finding.words} {_way_out(finding)}")
        for finding in judge_temperature(facts, at=at)
        if _stops(finding, step)
    ]
    return refusals + _of_exposure(vial, facts, step, at=at)


def refusals_to_take_out(vial: Vial, facts: TemperatureFacts, *, at: datetime) -> list[Refusal]:
    """
    Say why `vial` may not be taken from its place at a pick; nothing where it is out already.

    Source: REQUIREMENTS B5; URS-89, URS-112.
    """
    if vial.quality == Quality.OOS_SUPPLY:
        return []
    return _of_exposure(vial, facts, Step.PICK, at=at)


def _of_exposure(vial: Vial, facts: TemperatureFacts, step: Step, *, at: datetime) -> list[Refusal]:
    if step is Step.PICK and facts.going_on is not None:
        return []
    spent = (vial.code, spent_by(facts, at), facts.budget, facts.accepted)
    refusals = refusals_of_exposure(*spent, at=at)
    return refusals + (refusals_to_expose(*spent, at=at) if step is Step.PICK else [])


def _stops(finding: Finding, step: Step) -> bool:
    if finding.code in WITHOUT_EVIDENCE:
        return step in NEEDS_COVERAGE
    if finding.code in EVALUATED:
        return finding.verdict == Verdict.RED
    return finding.code in {"EXCURSION", "LOW_NITROGEN"}


def _way_out(finding: Finding) -> str:
    if finding.verdict == Verdict.RED:
        return "Put it back into storage and call QA."
    if finding.code == "ESTIMATED_WARMER":
        return "Ask QA to accept its time out of storage, or take another vial."
    if finding.code == "LOGGER_NOT_READ":
        return "Where the logger is lost, have it retired and ask QA."
    return "Ask QA to evaluate it; moving it to a safe place stays possible."
