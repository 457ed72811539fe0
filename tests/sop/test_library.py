"""The library: every document can be approved, and every action has one that does it."""

import pytest

from sop.action import Action
from sop.authority import AUTHORITY
from sop.documents.checking import blocks_of, refusals_to_approve, takes_a_vial_up
from sop.documents.steps import ActStep, Per
from sop.library import LIBRARY_GOVERNS, library

CODES = sorted(library())


@pytest.mark.urs("URS-23", "URS-25")
@pytest.mark.parametrize("code", CODES)
def test_can_be_approved_and_read(code: str) -> None:
    said = library()[code]

    assert refusals_to_approve(said) == []
    assert said.purpose
    assert said.scope
    assert said.safety
    assert all(step.title for step in said.steps)


@pytest.mark.urs("URS-23")
def test_every_action_is_done_by_the_procedure_that_governs_it() -> None:
    assert set(LIBRARY_GOVERNS) == set(Action)
    for action, code in LIBRARY_GOVERNS.items():
        assert action in library()[code].actions(), f"{code} has no step for {action}"


def test_nobody_is_asked_for_an_act_that_their_role_does_not_allow() -> None:
    for said in library().values():
        for step in said.steps:
            if isinstance(step, ActStep) and step.by:
                assert set(step.by) <= AUTHORITY[step.action], f"{said.code}: {step.key}"


@pytest.mark.urs("URS-106")
def test_twenty_vials_flow_with_scans_only() -> None:
    [loop] = [
        block for block in blocks_of(library()["SOP-ST-002"].steps) if block[0].per == Per.VIAL
    ]

    assert [step.kind for step in loop] == ["scan", "act"]
    assert takes_a_vial_up(loop[0])
