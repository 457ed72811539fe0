"""A time out of storage that goes on: its clock, what is left, and how warm the vial is by now."""

import json
from dataclasses import dataclass
from datetime import datetime

from custody.curves import estimate, forecast, so_far
from custody.estimates import words_of_estimate, words_of_heat
from custody.exposure import Budget, words_of
from custody.models import Way
from custody.queries.exposure import left_of
from custody.warmth import heat_by, spent_by
from custody.warmth_facts import TemperatureFacts
from web.exposure_words import left_words
from web.presenters import Clock


@dataclass(frozen=True, kw_only=True)
class RunningOut:
    """
    What is shown of it.

    way: in what it is out. left: of its budget. now: how warm it is, in words. points: how warm it
    becomes from now on, as JSON of seconds and °C; empty where no curve tells. above: what is too
    warm, °C; absent where nothing says.
    """

    clock: Clock
    way: str
    left: str
    now: str
    points: str
    above: float | None


@dataclass(frozen=True, kw_only=True)
class ExposureEvidence:
    """What is on record of a vial's times out, at its return; running: of the one that goes on."""

    running: RunningOut | None
    used: str
    heat: str


def evidence_of(facts: TemperatureFacts, *, at: datetime) -> ExposureEvidence:
    """Gather it without asking anything; facts: by `warmth_of`. Source: REQUIREMENTS B5."""
    used, left = spent_by(facts, at), left_of(facts, at)
    words = "No limits say how long its product endures being out of storage."
    if left is not None:
        words = f"{words_of(used, left.budget)}."
    return ExposureEvidence(
        running=running_out(facts, at=at), used=words, heat=words_of_heat(heat_by(facts, at))
    )


def running_out(facts: TemperatureFacts, *, at: datetime) -> RunningOut | None:
    """Return the time out that goes on; None where none does."""
    out, left = facts.going_on, left_of(facts, at)
    if out is None:
        return None
    times = [*facts.warmed.led_to, so_far(out, at)]
    points = forecast(times, facts.warmed.curves)
    return RunningOut(
        clock=Clock(since=out.began_at, now=at, limit=None if left is None else left.may_last(at)),
        way=Way(out.way).label,
        left=left_words(left),
        now=words_of_estimate(estimate(times, facts.warmed.curves)),
        points=json.dumps([[round(s, 1), round(celsius, 2)] for s, celsius in points])
        if points
        else "",
        above=facts.warmed.heat.above if facts.warmed.heat else _warmest(facts.budget),
    )


def _warmest(budget: Budget | None) -> float | None:
    return None if budget is None else budget.warmest_celsius
