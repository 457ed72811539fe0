"""What a warm, unmeasured or long exposed vial is stopped from."""

from datetime import timedelta

import pytest

from custody.exposure import Accepted, Lifts
from custody.rules.warm import Step, refusals_of_warmth
from custody.warmth_facts import ExcursionFact, GapFact, Span, TemperatureFacts
from inventory.models import Quality
from temperature.models import GapCause, Level
from tests.custody.rules.things import vial
from tests.custody.warmth import KEPT_COLD, kept_in, unit
from tests.world import NOON

MINUTE = timedelta(minutes=1)
EARLIER = Span(NOON - 50 * MINUTE, NOON - 40 * MINUTE)
EVERY = set(Step)
SENT = {Step.HAND_OVER, Step.RELEASE}


def warm(**decided: bool) -> TemperatureFacts:
    """Return the facts of a vial in an excursion that was decided so, if it was."""
    decisions = {1: decided["has_impact"]} if decided else {}
    return kept_in(unit(excursions=[ExcursionFact(5, Level.ACTION, EARLIER, -120.0, decisions)]))


def unmeasured(**decided: bool) -> TemperatureFacts:
    """Return the facts of a vial in a silence that was decided so, if it was."""
    decisions = {1: decided["has_impact"]} if decided else {}
    return kept_in(unit(gaps=[GapFact(6, GapCause.SILENT, EARLIER, decisions)]))


def lifted(times: int, seconds: int, **said: object) -> TemperatureFacts:
    """Return the facts of a vial that was lifted so often, for so long each time."""
    each = timedelta(seconds=seconds)
    return kept_in(unit(), lifts=Lifts(times, times * each, each, 0, 0), **said)


ACCEPTED = Accepted(99, 60 * MINUTE, 600 * MINUTE, None)


@pytest.mark.urs("URS-89", "URS-105", "URS-112")
@pytest.mark.parametrize(
    ("facts", "code", "steps"),
    [
        (KEPT_COLD, "", set()),
        (warm(), "EXCURSION", EVERY),
        (warm(has_impact=True), "EXCURSION_EVALUATED", EVERY),
        (warm(has_impact=False), "", set()),
        (unmeasured(), "TEMPERATURE_GAP", SENT),
        (unmeasured(has_impact=True), "GAP_EVALUATED", EVERY),
        (unmeasured(has_impact=False), "", set()),
        (kept_in(unit(probes=[])), "", set()),
        (lifted(11, 10), "EXPOSURE_EXCEEDED", EVERY),
        (lifted(1, 121), "EXPOSURE_EXCEEDED", EVERY),
        (lifted(1, 121, accepted=ACCEPTED), "", set()),
        (lifted(10, 10), "WOULD_EXCEED", {Step.PICK}),
        (lifted(10, 10, accepted=ACCEPTED), "", set()),
        (lifted(9, 10), "", set()),
        (lifted(1, 121, budget=None), "", set()),
    ],
)
def test_what_stops_which_step(facts: TemperatureFacts, code: str, steps: set[Step]) -> None:
    bottle = vial(quality=Quality.RELEASED)
    found = {
        step: [each.code for each in refusals_of_warmth(bottle, facts, step, at=NOON)]
        for step in Step
    }

    assert found == {step: [code] if step in steps else [] for step in Step}


@pytest.mark.urs("URS-99")
@pytest.mark.parametrize("facts", [warm(has_impact=True), unmeasured(), lifted(11, 10)])
def test_what_is_supplied_out_of_specification_goes_by_its_own_signatures(
    facts: TemperatureFacts,
) -> None:
    bottle = vial(quality=Quality.OOS_SUPPLY)

    assert [refusals_of_warmth(bottle, facts, step, at=NOON) for step in Step] == [[], [], [], []]
