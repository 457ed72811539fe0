"""The status tables: complete, closed, and what every action makes of every status."""

from collections.abc import Callable
from itertools import product as pairs

import pytest

from audit.errors import Refusal
from custody.rules.claiming import refusals_of_place
from custody.rules.deciding import refusals_to_decide
from custody.rules.leaving import (
    refusals_of_quality,
    refusals_to_arrive,
    refusals_to_consume,
    refusals_to_discard,
    refusals_to_transfer,
)
from custody.rules.placing import (
    refusals_to_be_found,
    refusals_to_go_back,
    refusals_to_move,
    refusals_to_place,
)
from custody.rules.statuses import refusals_to_enter
from custody.status import CUSTODY_TRANSITIONS, QUALITY_TRANSITIONS
from custody.steps import back_to_quarantine
from inventory.models import GONE, Custody, Quality, Vial
from tests.custody.rules.things import spot, vial
from tests.world import NOON

FOR_A_PATIENT = {Quality.RELEASED, Quality.COND_RELEASED, Quality.OOS_SUPPLY}
NOT_FOR_USE = {Quality.REJECTED, Quality.EXPIRED, Quality.RECALLED}
ANY = set(Quality)
OUT = {Custody.CHECKED_OUT, Custody.PACKED, Custody.RETURNED}
IN_OUR_HANDS = {Custody.RECEIVED, Custody.CHECKED_OUT, Custody.RETURNED}
SEARCHABLE = {
    Custody.RECEIVED,
    Custody.IN_STORAGE,
    Custody.CHECKED_OUT,
    Custody.PACKED,
    Custody.IN_TRANSIT,
    Custody.RETURNED,
}


def entering(to: Custody) -> Callable[[Vial], list[Refusal]]:
    """Return the rule of going to a custody status."""
    return lambda subject: refusals_to_enter(subject, to)


def leaving_for_a_patient(to: Custody) -> Callable[[Vial], list[Refusal]]:
    """Return the rule of going to a custody status on the way to a patient."""
    return lambda subject: [
        *refusals_to_enter(subject, to),
        *refusals_of_quality(subject, is_held=False, at=NOON),
    ]


# action: its rule, the custody and the quality in which it is allowed; all else is refused
ALLOWED: dict[str, tuple[Callable[[Vial], list[Refusal]], set[Custody], set[Quality]]] = {
    "receive": (entering(Custody.RECEIVED), {Custody.NOT_RECEIVED}, ANY),
    "place": (lambda v: refusals_to_place(v, spot()), {Custody.RECEIVED}, ANY),
    "move": (lambda v: refusals_to_move(v, spot()), {Custody.IN_STORAGE}, ANY),
    "put back": (lambda v: refusals_to_go_back(v, spot()), OUT, ANY),
    "check out": (entering(Custody.CHECKED_OUT), {Custody.IN_STORAGE}, ANY),
    "claim": (
        lambda v: [*refusals_of_place(v), *refusals_of_quality(v, is_held=False, at=NOON)],
        {Custody.IN_STORAGE},
        FOR_A_PATIENT,
    ),
    "pack": (leaving_for_a_patient(Custody.PACKED), {Custody.CHECKED_OUT}, FOR_A_PATIENT),
    "hand to a courier": (
        leaving_for_a_patient(Custody.IN_TRANSIT),
        {Custody.CHECKED_OUT, Custody.PACKED},
        FOR_A_PATIENT,
    ),
    "hand to the clinic": (
        leaving_for_a_patient(Custody.AT_CLINIC),
        {Custody.CHECKED_OUT, Custody.PACKED, Custody.IN_TRANSIT},
        FOR_A_PATIENT,
    ),
    "confirm arrival": (refusals_to_arrive, {Custody.IN_TRANSIT}, ANY),
    "administer": (entering(Custody.ADMINISTERED), {Custody.AT_CLINIC}, ANY),
    "take back": (entering(Custody.RETURNED), {Custody.IN_TRANSIT, Custody.AT_CLINIC}, ANY),
    "use a dose up": (refusals_to_consume, set(), ANY),
    "split": (entering(Custody.CONSUMED_SPLIT), {Custody.CHECKED_OUT}, ANY),
    "transfer": (
        lambda v: refusals_to_transfer(v, in_quarantine=False, is_held=False, at=NOON),
        {Custody.CHECKED_OUT},
        FOR_A_PATIENT,
    ),
    "transfer in quarantine": (
        lambda v: refusals_to_transfer(v, in_quarantine=True, is_held=False, at=NOON),
        {Custody.CHECKED_OUT},
        FOR_A_PATIENT | {Quality.QUARANTINE},
    ),
    "discard": (refusals_to_discard, IN_OUR_HANDS | {Custody.AT_CLINIC}, NOT_FOR_USE),
    "report missing": (entering(Custody.MISSING), SEARCHABLE, ANY),
    "find": (lambda v: refusals_to_be_found(v, spot()), {Custody.MISSING}, ANY),
}


EVERY_STATUS = list(pairs(Custody, Quality))


@pytest.mark.urs("URS-23", "URS-96", "URS-99")
@pytest.mark.parametrize("action", ALLOWED)
def test_allows_an_action_in_exactly_these_statuses(action: str) -> None:
    rule, in_custody, in_quality = ALLOWED[action]

    refused = {status: rule(vial(custody=status[0], quality=status[1])) for status in EVERY_STATUS}

    allowed = {status for status, refusals in refused.items() if not refusals}
    assert allowed == set(pairs(in_custody, in_quality))
    words = [refusal for refusals in refused.values() for refusal in refusals]
    assert all(refusal.code and refusal.words.endswith(".") for refusal in words)


DECIDABLE = set(Custody) - set(GONE) - {Custody.NOT_RECEIVED}


@pytest.mark.urs("URS-23", "URS-96")
@pytest.mark.parametrize("decision", Quality)
def test_decides_quality_along_the_table_only(decision: Quality) -> None:
    allowed = {
        (custody, quality)
        for custody, quality in EVERY_STATUS
        if not refusals_to_decide(
            vial(custody=custody, quality=quality), decision, is_held=False, at=NOON
        )
    }

    froms = {quality for quality in Quality if decision in QUALITY_TRANSITIONS[quality]}
    assert allowed == set(pairs(DECIDABLE, froms))


def test_every_status_has_its_row() -> None:
    assert set(CUSTODY_TRANSITIONS) == set(Custody)
    assert set(QUALITY_TRANSITIONS) == set(Quality)


@pytest.mark.urs("URS-102")
@pytest.mark.parametrize("quality", Quality)
def test_what_could_be_given_to_a_patient_is_in_quarantine_when_it_comes_back(
    quality: Quality,
) -> None:
    back = vial(custody=Custody.IN_TRANSIT, quality=quality)

    back_to_quarantine([back])

    assert back.quality == (Quality.QUARANTINE if quality in FOR_A_PATIENT else quality)
    assert back.quality in {quality} | QUALITY_TRANSITIONS[quality]


def reachable(table: dict, start: object) -> set:  # type: ignore[type-arg] # either axis
    """Return every status that can be reached from `start`."""
    found, new = set(), {start}
    while new:
        found |= new
        new = {to for status in new for to in table[status]} - found
    return found


def test_every_status_is_reached_from_the_first() -> None:
    assert reachable(CUSTODY_TRANSITIONS, Custody.NOT_RECEIVED) == set(Custody)
    assert reachable(QUALITY_TRANSITIONS, Quality.EXPECTED) == set(Quality)


@pytest.mark.urs("URS-91")
def test_what_is_gone_stays_gone() -> None:
    assert all(not CUSTODY_TRANSITIONS[status] for status in GONE)
