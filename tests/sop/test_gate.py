"""The gate: the procedure that governs an action here, in force, trained for, and its order."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from audit.changes import machine_change
from audit.errors import NotAuthorised
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.decide_quality import decide_quality
from custody.actions.place_vials import place_vials
from custody.models import CustodyEvent
from custody.placements import Placement
from inventory.models import Quality, Vial
from sop.action import Action
from sop.documents.steps import ActStep
from sop.governed import GOVERNED, NOT_STORAGE_WORK
from sop.models import Assessment, EmergencyWork, Follows, Governance, ProcedureVersion
from tests.custody.actions.evidence import refused
from tests.factories.inventory import ProductFactory, SiteFactory
from tests.factories.people import PersonFactory
from tests.factories.procedures import FOLLOWED, LONG_AGO, document, govern, in_force, train
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-23", "URS-25")

AT_ONCE = {"seconds_out": 0}
"""What the ledger says of a vial that stands in its place as soon as it is received."""


def places(world: World, vial: Vial, label: str = "A1") -> CustodyEvent:
    """Put a vial away as the technician."""
    [event] = place_vials(
        placements=[Placement(vial_id=vial.pk, position_id=world.place(label).pk)],
        attribution=world.says(world.technician),
        at=NOON,
    )
    return CustodyEvent.objects.get(pk=event.pk)


def version_of(world: World, code: str, **more: object) -> ProcedureVersion:
    """Return a procedure for placing that is in force."""
    act = ActStep(key="place", title="Put it away", action=Action.PLACE_VIALS)
    said = document(act, code=code)
    return in_force(said, author=world.supervisor, approver=world.qa, **more)  # type: ignore[arg-type] # by name


def end_all(action: Action) -> None:
    """Let nothing govern an action."""
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        for rule in Governance.objects.standing().filter(action=action):
            rule.ended_at = LONG_AGO
            rule.save(update_fields=["ended_at"])


def test_decides_of_every_action_whether_it_is_governed() -> None:
    assert set(Action) == GOVERNED | NOT_STORAGE_WORK
    assert not GOVERNED & NOT_STORAGE_WORK


def test_the_ledger_says_by_which_version_it_was_done(world: World) -> None:
    [vial] = world.received()

    event = places(world, vial)

    assert event.details == FOLLOWED | AT_ONCE
    assert event.change.procedure_step == "SOP-HOUSE v1"


def test_without_a_procedure_nothing_is_done(world: World) -> None:
    [vial] = world.received()
    end_all(Action.PLACE_VIALS)

    with refused("NO_PROCEDURE"):
        places(world, vial)


@pytest.mark.parametrize("since", [timedelta(days=1), None])
def test_a_version_counts_from_its_date_and_not_once_retired(
    world: World, since: timedelta | None
) -> None:
    [vial] = world.received()
    begins = LONG_AGO if since is None else timezone.now() + since
    version = version_of(world, "SOP-DATE", since=begins)
    train(world.technician, version)
    govern(Action.PLACE_VIALS, version, Follows.SCREEN)
    if since is None:
        with machine_change("test set-up", action="set_up", reason="Set up a test"):
            version.procedure.retired_at = timezone.now() - timedelta(minutes=1)
            version.procedure.save(update_fields=["retired_at"])

    with refused("NOT_IN_FORCE"):
        places(world, vial)


@pytest.mark.urs("URS-07")
def test_nobody_acts_untrained(world: World) -> None:
    [vial] = world.received()
    version = version_of(world, "SOP-NEW")
    govern(Action.PLACE_VIALS, version, Follows.SCREEN)

    with refused("NOT_TRAINED", by=NotAuthorised):
        places(world, vial)
    train(world.technician, version)

    followed = {"procedure": {"code": "SOP-NEW", "version": 1}}
    assert places(world, vial).details == followed | AT_ONCE


@pytest.mark.urs("URS-07")
@pytest.mark.parametrize(
    ("passed", "days", "is_let"),
    [(True, 1, True), (False, 1, False), (True, -1, False), (None, 0, False)],
    ids=["passed", "failed", "expired", "none"],
)
def test_an_assessment_counts_while_it_lasts(
    world: World, passed: bool | None, days: int, is_let: bool
) -> None:
    [vial] = world.received()
    said = document(
        ActStep(key="place", title="Put it away", action=Action.PLACE_VIALS),
        code="SOP-ASSESS",
        training={"assessment": True},
    )
    version = in_force(said, author=world.supervisor, approver=world.qa)
    govern(Action.PLACE_VIALS, version, Follows.SCREEN)
    train(world.technician, version)
    if passed is not None:
        with machine_change("test set-up", action="set_up", reason="Set up a test"):
            Assessment(
                person=world.technician,
                version=version,
                assessor=world.qa,
                is_passed=passed,
                observed="Three vials",
                assessed_at=LONG_AGO,
                counts_until=timezone.now() + timedelta(days=days),
            ).save(force_insert=True)

    if is_let:
        assert places(world, vial).details["procedure"]["code"] == "SOP-ASSESS"
    else:
        with refused("NOT_TRAINED", by=NotAuthorised):
            places(world, vial)


def test_the_narrowest_scope_counts(world: World) -> None:
    [vial] = world.received()
    scopes: list[dict[str, object]] = [
        {"site": world.site},
        {"program": world.program},
        {"product": vial.batch.product},
    ]

    for number, scope in enumerate(scopes):
        version = version_of(world, f"SOP-S{number}")
        train(world.technician, version)
        govern(Action.PLACE_VIALS, version, Follows.SCREEN, **scope)
    elsewhere = version_of(world, "SOP-ELSE")
    govern(Action.PLACE_VIALS, elsewhere, Follows.SCREEN, site=SiteFactory.create())
    other = ProductFactory.create(program=world.program)
    govern(Action.PLACE_VIALS, elsewhere, Follows.SCREEN, product=other)

    assert places(world, vial).details["procedure"]["code"] == "SOP-S2"


def test_vials_of_different_procedures_are_done_apart(world: World) -> None:
    [vial], [other] = world.received(), world.received()
    version = version_of(world, "SOP-OWN")
    train(world.technician, version)
    govern(Action.PLACE_VIALS, version, Follows.SCREEN, product=other.batch.product)
    wanted = [
        Placement(vial_id=one.pk, position_id=world.place(label).pk)
        for one, label in ((vial, "A1"), (other, "A2"))
    ]

    with refused("PROCEDURES_DIFFER"):
        place_vials(placements=wanted, attribution=world.says(world.technician), at=NOON)


def test_of_alternatives_the_one_that_somebody_is_trained_for_counts(world: World) -> None:
    [vial] = world.received()
    versions = [version_of(world, code) for code in ("SOP-ONE", "SOP-TWO")]
    for version in versions:
        with machine_change("test set-up", action="set_up", reason="Set up a test"):
            Governance(
                action=Action.PLACE_VIALS,
                procedure=version.procedure,
                follows=Follows.SCREEN,
                site=world.site,
            ).save(force_insert=True)
    train(world.technician, versions[1])

    event = places(world, vial)

    assert event.details["procedure"]["code"] == "SOP-TWO"
    assert event.change.procedure_step == ""  # which of them it would be, was not known yet


def test_emergency_work_lets_an_action_through_and_says_so(world: World) -> None:
    [vial] = world.received()
    end_all(Action.PLACE_VIALS)
    now = timezone.now()
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        EmergencyWork(
            site=world.site,
            reason="The tank fails",
            begun_by=world.supervisor,
            begun_at=now,
            ends_at=now + timedelta(hours=1),
            deviation="DEV-2026-0099",
        ).save(force_insert=True)

    event = places(world, vial)

    assert event.details == {"emergency": "DEV-2026-0099"} | AT_ONCE


def test_roles_and_scopes_come_before_the_procedure(world: World) -> None:
    [vial] = world.received()
    stranger = PersonFactory.create(roles=[Role.TECHNICIAN])

    with refused("OUTSIDE_PROGRAM", by=NotAuthorised):
        place_vials(
            placements=[Placement(vial_id=vial.pk, position_id=world.place("A1").pk)],
            attribution=world.says(stranger),
            at=NOON,
        )


def test_quality_is_governed_as_well(world: World) -> None:
    vials = world.stored()
    end_all(Action.DECIDE_QUALITY)

    with refused("NO_PROCEDURE"):
        decide_quality(
            vial_ids=[vials[0].pk],
            decision=Quality.REJECTED,
            evidence="Certificate 1",
            intent=world.signs(world.qa),
            at=NOON,
        )


def test_a_second_person_needs_no_training_of_their_own(world: World) -> None:
    vials = world.stored()
    version = in_force(
        document(
            ActStep(key="out", title="Take it out", action=Action.CHECK_OUT_VIALS), code="SOP-OUT"
        ),
        author=world.supervisor,
        approver=world.qa,
    )
    train(world.technician, version)
    govern(Action.CHECK_OUT_VIALS, version, Follows.SCREEN)

    events = check_out_vials(
        vial_ids=[vials[0].pk],
        purpose=InternalPurpose.QC,
        intent=world.signs(world.technician, world.witness),
        at=NOON,
    )

    assert CustodyEvent.objects.get(pk=events[0].pk).second_person_id == world.witness.pk
