"""Where a vial may stand."""

import pytest

from audit.errors import Refusal
from custody.rules.placing import refusals_to_move, refusals_to_place, refusals_to_stand
from inventory.models import (
    Custody,
    PositionCondition,
    Purpose,
    Quality,
    StorageClass,
    VialKind,
    Zone,
)
from tests.custody.rules.things import spot, therapy, vial


def codes(refusals: list[Refusal]) -> list[str]:
    """Return the codes."""
    return [refusal.code for refusal in refusals]


@pytest.mark.urs("URS-106")
@pytest.mark.parametrize(
    ("at", "code"),
    [
        ({"occupant": "A-002"}, "POSITION_OCCUPIED"),
        ({"condition": PositionCondition.BLOCKED}, "POSITION_BLOCKED"),
        ({"condition": PositionCondition.IN_DOUBT}, "POSITION_IN_DOUBT"),
        ({"reserved_for_id": 99}, "POSITION_RESERVED"),
        ({"is_retired": True}, "CONTAINER_RETIRED"),
        ({"accepts": (VialKind.BAG,)}, "WRONG_KIND"),
        ({"accepts": ()}, "WRONG_KIND"),
        ({"programs": frozenset({2})}, "WRONG_PROGRAM"),
        ({"therapies": frozenset({2})}, "WRONG_PATIENT"),
        ({"storage_class": StorageClass.ULT}, "WRONG_STORAGE"),
        ({"zones": frozenset({Zone.QUARANTINE})}, "WRONG_ZONE"),
        ({"zones": frozenset({Zone.REJECTED})}, "WRONG_ZONE"),
        ({"zones": frozenset({Zone.SAMPLES})}, "WRONG_ZONE"),
    ],
)
def test_refuses_a_place(at: dict[str, object], code: str) -> None:
    assert codes(refusals_to_stand(vial(), spot(**at))) == [code]


@pytest.mark.parametrize(
    "at",
    [
        {},
        {"reserved_for_id": 1},
        {"occupant": "A-001"},
        {"programs": frozenset({1})},
        {"therapies": frozenset({1})},
    ],
)
def test_accepts_a_place(at: dict[str, object]) -> None:
    assert refusals_to_stand(vial(), spot(**at)) == []


@pytest.mark.parametrize(
    ("zone", "facts"),
    [
        (Zone.QUARANTINE, {"quality": Quality.QUARANTINE}),
        (Zone.REJECTED, {"quality": Quality.REJECTED}),
        (Zone.SAMPLES, {"purpose": Purpose.RETAIN}),
    ],
)
def test_accepts_what_a_zone_is_for(zone: Zone, facts: dict[str, object]) -> None:
    assert refusals_to_stand(vial(**facts), spot(zones=frozenset({zone}))) == []


def test_says_every_reason_not_the_first() -> None:
    at = spot(occupant="A-002", programs=frozenset({2}), storage_class=StorageClass.ULT)

    refusals = refusals_to_stand(vial(), at)

    assert codes(refusals) == ["POSITION_OCCUPIED", "WRONG_PROGRAM", "WRONG_STORAGE"]


@pytest.mark.urs("URS-89")
def test_refuses_another_patient_than_the_one_put_away() -> None:
    other = vial(therapy=therapy(2), custody=Custody.RECEIVED)

    refusals = refusals_to_place(other, spot(), expected_therapy_id=1)

    assert codes(refusals) == ["WRONG_PATIENT"]
    assert refusals[0].words.startswith("STOP.")


def test_says_that_a_vial_already_stands_there() -> None:
    here = vial(position_id=2)

    assert codes(refusals_to_move(here, spot())) == ["SAME_POSITION"]
