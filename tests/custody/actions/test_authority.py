"""Nobody acts without account, role, program and site as they are now; every action is asked."""

from pathlib import Path

import pytest

from accounts.models import Person
from accounts.roles import Role
from audit.changes import machine_change
from audit.errors import NotAuthorised
from custody import actions
from custody.steps import admit_over
from sop.action import Action
from tests.custody.actions.cases import CASES, Case
from tests.custody.actions.evidence import refused
from tests.factories.people import PersonFactory
from tests.world import World

BY_THE_CLOCK = {
    "expire_vials",
    "hold_blind_unit",
    "hold_due",
    "hold_open_excursions",
    "judge_nitrogen",
    "judge_time_out",
    "mail_clinic_notice",
    "report_gap",
}
ABOUT_THE_TRAIL = {"defer_review", "review_trail"}  # of no one vial: see test_trail_reviews
# see test_exposure, test_evaluate_excursion, test_evaluate_warmth, test_handling_rules,
# test_scenario_twenty_two
OF_THE_SITE = {
    *("accept_exposure", "evaluate_excursion", "evaluate_warmth", "record_clinic_answer"),
    *("set_carrier", "set_handling_rules", "set_warming_curve"),
}
# they refuse or decide by rules of their own: see test_wrong_patient and tests/sop/actions
OF_THE_EMERGENCY = {"begin_emptying", "end_emptying"}  # of a whole unit: see test_emptying
ABOUT_DEVIATIONS = {"stop_mix_up", "stop_wrong_scan", "close_deviation"}
each_action = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def somebody(world: World, case: Case, **scopes: object) -> Person:
    """Return a person of the role that the action takes, within these scopes."""
    return PersonFactory.create(roles=[case.role], **scopes)


def test_every_action_has_its_case() -> None:
    modules = {path.stem for path in Path(actions.__path__[0]).glob("*.py")} - {"__init__"}

    apart = BY_THE_CLOCK | ABOUT_THE_TRAIL | OF_THE_SITE | ABOUT_DEVIATIONS | OF_THE_EMERGENCY
    assert modules - apart == set(CASES)


@pytest.mark.urs("URS-14", "URS-27", "URS-117")
@each_action
def test_refuses_whoever_lacks_role_program_site_or_account(world: World, case: Case) -> None:
    act = case.prepare(world)
    of_the_site = somebody(world, case, sites=[world.site])
    of_the_program = somebody(world, case, programs=[world.program])
    leaver = somebody(world, case, programs=[world.program], sites=[world.site])
    with machine_change("test", action="deactivate", reason="Left"):
        leaver.is_active = False
        leaver.save(update_fields=["is_active"])

    with refused("ROLE_MISSING", by=NotAuthorised):
        act(world.inspector)
    with refused("OUTSIDE_PROGRAM", by=NotAuthorised):
        act(of_the_site)
    with refused("DEACTIVATED", by=NotAuthorised):
        act(leaver)
    if case.at_site:
        with refused("OUTSIDE_SITE", by=NotAuthorised):
            act(of_the_program)


@pytest.mark.urs("URS-10")
@pytest.mark.parametrize("name", ["place_vials", "scan_pick"])
def test_refuses_a_shared_account(world: World, name: str) -> None:
    act = CASES[name].prepare(world)
    kiosk = PersonFactory.create(
        is_shared=True, roles=[Role.TECHNICIAN], programs=[world.program], sites=[world.site]
    )

    with refused("SHARED_ACCOUNT", by=NotAuthorised):
        act(kiosk)


@pytest.mark.urs("URS-27", "URS-31")
def test_refuses_a_second_person_who_may_not_be_there(world: World) -> None:
    act = CASES["discard_vials"].prepare(world)
    with machine_change("test", action="deactivate", reason="Left"):
        world.witness.is_active = False
        world.witness.save(update_fields=["is_active"])

    with refused("DEACTIVATED", by=NotAuthorised):
        act(world.technician)


def test_is_asked_by_people_only(world: World) -> None:
    vials = world.stored()

    with (
        machine_change("test", action="test", reason="Test") as change,
        pytest.raises(RuntimeError, match="done by people"),
    ):
        admit_over(change, Action.CHECK_OUT_VIALS, vials)
