"""The library: every document can be approved, and every action has one that does it."""

import pytest

from sop.action import Action
from sop.authority import AUTHORITY
from sop.documents.checking import blocks_of, refusals_to_approve, takes_a_vial_up
from sop.documents.document import Coverage
from sop.documents.steps import ActStep, ChoiceStep, Per
from sop.library import LIBRARY_GOVERNS, library
from sop.rules.walking import Passed, Walk
from tests.world import NOON

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


def acts_of_a_run(code: str, answer: int) -> set[Action]:
    """Walk through a document with one vial, giving the first or the last answer each time."""
    walk, acts = Walk(document=library()[code]), set()
    while (due := walk.due()) is not None:
        step, vial = due.step, 1 if due.takes_up else due.vial_id
        option = step.options[answer].value if isinstance(step, ChoiceStep) else ""
        acts |= {step.action} if isinstance(step, ActStep) else set()
        done = Passed(key=step.key, vial_id=vial, person_id=1, at=NOON, option=option)
        walk = walk.with_passed(done, vial_in_hand=vial)
        block = walk.open_block()
        if vial and block and walk.next_for(block, vial) is None:
            end = Passed(key=block[0].key, vial_id=None, person_id=1, at=NOON)
            walk = walk.with_passed(end, vial_in_hand=None)
    return acts


@pytest.mark.urs("URS-23")
@pytest.mark.parametrize("code", CODES)
def test_comes_to_an_end_whatever_is_answered(code: str) -> None:
    both = acts_of_a_run(code, 0) | acts_of_a_run(code, -1)

    assert both <= library()[code].actions()
    assert bool(both) is (library()[code].coverage == Coverage.ACTS)


def test_who_places_a_hold_is_not_made_to_release_one() -> None:
    assert acts_of_a_run("SOP-QA-002", 0) == {Action.PLACE_HOLD}
    assert acts_of_a_run("SOP-QA-002", -1) == {Action.RELEASE_HOLD}
