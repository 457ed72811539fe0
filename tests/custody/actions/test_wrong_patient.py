"""Another patient's vial: a hard stop that nobody can get past, a deviation, and a hold."""

from dataclasses import replace

import pytest

from accounts.models import Person
from audit.errors import NotAuthorised
from audit.models import Change, RefusedAttempt
from custody.actions.check_out_retrieval import check_out_retrieval
from custody.actions.scan_pick import scan_pick
from custody.actions.set_handling_rules import set_handling_rules
from custody.actions.stop_mix_up import WrongVial, stop_mix_up
from custody.actions.stop_wrong_scan import stop_wrong_scan
from custody.actions.witness_pick import witness_pick
from custody.models import CustodyEvent, HeldVial, Hold, PickScan, Retrieval, RetrievalStatus
from inventory.models import Custody, Vial
from sop.action import Action
from sop.models import Deviation, DeviationSource
from tests.custody.actions.evidence import mixed_up, refused
from tests.custody.racing import race
from tests.custody.retrievals import claimed_retrieval
from tests.factories.inventory import BatchFactory
from tests.world import NOON, World, fresh


@pytest.mark.urs("URS-29", "URS-31", "URS-89", "URS-113")
@pytest.mark.parametrize("second", ["witness", "supervisor", "qa", "release"])
def test_neither_of_the_two_gets_another_patients_vial_out(world: World, second: str) -> None:
    order, mine = claimed_retrieval(world)
    others = world.released()[0]
    looks_on = getattr(world, second)
    witness_pick(retrieval_id=order.pk, intent=world.signs(looks_on))
    events = CustodyEvent.objects.filter(vial=others).count()

    for person in (world.technician, looks_on):
        for _ in range(2):
            with mixed_up("WRONG_PATIENT", "WRONG_PRODUCT"):
                scan_pick(
                    retrieval_id=order.pk,
                    code=others.code,
                    attribution=world.says(person),
                    at=NOON,
                )
    with refused("NOT_SCANNED", "NOT_SCANNED"):
        check_out_retrieval(
            retrieval_id=order.pk, intent=world.signs(world.technician, looks_on), at=NOON
        )

    assert not PickScan.objects.exists()
    assert {vial.custody for vial in fresh([mine, others])} == {Custody.IN_STORAGE}
    assert CustodyEvent.objects.filter(vial=others).count() == events + 1  # it is held, once


@pytest.mark.urs("URS-29", "URS-113")
def test_both_chains_of_identity_are_kept_with_who_scanned_what(world: World) -> None:
    order, mine = claimed_retrieval(world)
    others = world.released()[0]
    assert mine.therapy is not None
    assert others.therapy is not None

    with mixed_up("WRONG_PATIENT", "WRONG_PRODUCT"):
        scan_pick(
            retrieval_id=order.pk,
            code=others.code,
            attribution=world.says(world.technician),
            at=NOON,
        )

    kept = RefusedAttempt.objects.get()
    assert kept.actor == world.technician
    assert kept.subject == {
        "retrieval": order.order_number,
        "expected": [mine.code],
        "expected_therapy": mine.therapy.coi,
        "scanned": others.code,
        "scanned_therapies": [others.therapy.coi],
    }


@pytest.mark.urs("URS-29")
def test_the_right_vial_goes_on_after_the_stop(world: World) -> None:
    order, mine = claimed_retrieval(world)
    others = world.released()[0]
    witness_pick(retrieval_id=order.pk, intent=world.signs(world.witness))
    with mixed_up("WRONG_PATIENT", "WRONG_PRODUCT"):
        scan_pick(
            retrieval_id=order.pk,
            code=others.code,
            attribution=world.says(world.technician),
            at=NOON,
        )

    for person in (world.technician, world.witness):
        scan_pick(retrieval_id=order.pk, code=mine.code, attribution=world.says(person), at=NOON)
    check_out_retrieval(
        retrieval_id=order.pk, intent=world.signs(world.technician, world.witness), at=NOON
    )

    order.refresh_from_db()
    assert order.status == RetrievalStatus.PICKED


def scan_others(world: World, order: Retrieval, others: Vial, by: Person) -> None:
    """Scan another patient's vial, and be stopped."""
    with mixed_up("WRONG_PATIENT", "WRONG_PRODUCT"):
        scan_pick(retrieval_id=order.pk, code=others.code, attribution=world.says(by), at=NOON)


@pytest.mark.urs("URS-29", "URS-89", "URS-113")
def test_leaves_refusal_deviation_and_hold_in_one_change(world: World) -> None:
    order, mine = claimed_retrieval(world)
    others = world.released()[0]

    scan_others(world, order, others, world.technician)

    deviation = Deviation.objects.get()
    [change] = deviation.history.values_list("change", flat=True)
    assert deviation.source == DeviationSource.MISMATCH
    assert deviation.caused_by == world.technician
    assert {row.vial for row in deviation.vials.all()} == {mine, others}
    for code in (mine.code, others.code, str(mine.therapy), str(others.therapy)):
        assert code in deviation.what_happened
    assert [row.vial for row in HeldVial.objects.open()] == [others]
    assert list(HeldVial.history.values_list("change", flat=True)) == [change]
    written = Change.objects.get(pk=change).transaction_id
    assert RefusedAttempt.objects.get().transaction_id == written


@pytest.mark.urs("URS-113")
def test_the_same_wrong_scan_adds_to_the_deviation_that_is_open(world: World) -> None:
    order, _ = claimed_retrieval(world)
    others, third = world.released(1)[0], world.released(1)[0]
    witness_pick(retrieval_id=order.pk, intent=world.signs(world.witness))

    for person in (world.technician, world.technician, world.witness):
        scan_others(world, order, others, person)
    scan_others(world, order, third, world.witness)

    first, second = Deviation.objects.order_by("pk")
    assert first.what_happened.count("scanned") == 3
    assert second.what_happened.count("scanned") == 1
    assert Hold.objects.count() == 2
    assert RefusedAttempt.objects.count() == 4


@pytest.mark.urs("URS-03", "URS-113")
def test_holds_nothing_where_quality_signed_so(world: World) -> None:
    order, _ = claimed_retrieval(world)
    others = world.released()[0]
    set_handling_rules(late_entry_hours=24, holds_on_mismatch=False, intent=world.signs(world.qa))

    scan_others(world, order, others, world.technician)

    assert Deviation.objects.count() == 1
    assert not Hold.objects.exists()


@pytest.mark.urs("URS-14", "URS-113")
def test_opens_nothing_for_somebody_who_has_no_seat(world: World) -> None:
    order, _ = claimed_retrieval(world)
    others = world.released()[0]

    with refused("NOT_AT_THIS_PICK"):
        scan_pick(
            retrieval_id=order.pk, code=others.code, attribution=world.says(world.qa), at=NOON
        )

    assert not Deviation.objects.exists()


@pytest.mark.urs("URS-117", "URS-113")
def test_only_who_sees_both_programs_reads_of_both(world: World) -> None:
    order, _ = claimed_retrieval(world)
    stranger = world.expected(batch=BatchFactory.create())[0]

    with mixed_up("WRONG_PATIENT"):
        scan_pick(
            retrieval_id=order.pk,
            code=stranger.code,
            attribution=world.says(world.technician),
            at=NOON,
        )

    assert Deviation.objects.count() == 1
    assert not Deviation.objects.visible_to(world.qa).exists()


@pytest.mark.urs("URS-32", "URS-113")
def test_two_wrong_scans_at_once_open_one_deviation(committed_world: World) -> None:
    world = committed_world
    order, _ = claimed_retrieval(world)
    others = world.released()[0]
    witness_pick(retrieval_id=order.pk, intent=world.signs(world.witness))

    def scan(by: Person) -> object:
        return scan_pick(
            retrieval_id=order.pk, code=others.code, attribution=world.says(by), at=NOON
        )

    race(
        lambda: scan(world.technician),
        lambda: scan(world.witness),
        meet_in="custody.actions.scan_pick.keep_mix_up",
    )

    assert Deviation.objects.count() == 1
    assert Hold.objects.count() == 1
    assert RefusedAttempt.objects.count() == 2


@pytest.mark.urs("URS-29", "URS-113")
def test_stops_a_mix_up_while_vials_are_put_away(world: World) -> None:
    mine = world.received(2, world.batch())
    [others] = world.received(1, world.batch())
    assert mine[0].therapy_id is not None
    wrong = WrongVial(
        vial_id=others.pk, therapy_id=mine[0].therapy_id, vial_in_hand="", box_id=world.box.pk
    )

    def scan(scanned: WrongVial) -> None:
        stop_mix_up(wrong=scanned, attribution=world.says(world.technician), at=NOON)

    for _ in range(2):
        with mixed_up("WRONG_PATIENT"):
            scan(wrong)
    with refused("RIGHT_PATIENT"):
        scan(replace(wrong, vial_id=mine[0].pk))

    deviation = Deviation.objects.get()
    assert {row.vial for row in deviation.vials.all()} == {*mine, others}
    assert [row.vial for row in HeldVial.objects.open()] == [others]


def stop_scan(world: World, vial: Vial, code: str, by: Person, action: Action) -> None:
    """Scan another label than that of the vial which the page is about."""
    stop_wrong_scan(vial_id=vial.pk, code=code, action=action, attribution=world.says(by), at=NOON)


@pytest.mark.urs("URS-29", "URS-89", "URS-113")
def test_stops_an_act_on_one_vial_and_opens_one_deviation(world: World) -> None:
    action = Action.CHECK_OUT_VIALS
    mine, [others] = world.stored(2), world.stored()
    one, other = world.stored(1, world.bank()), world.stored(1, world.bank())

    for _ in range(2):
        with mixed_up("WRONG_PATIENT"):
            stop_scan(world, mine[0], others.code, world.technician, action)
    with refused("WRONG_VIAL"):
        stop_scan(world, mine[0], mine[1].code, world.technician, action)
    with refused("WRONG_VIAL"):
        stop_scan(world, mine[0], "NO-SUCH-CODE", world.technician, action)
    with refused("ROLE_MISSING", by=NotAuthorised):
        stop_scan(world, mine[1], others.code, world.admin, action)
    first = Deviation.objects.get()
    with mixed_up("OTHER_BATCH"):
        stop_scan(world, one[0], other[0].code, world.technician, action)

    assert {row.vial for row in first.vials.all()} == {mine[0], others}
    assert first.what_happened.count("scanned") == 2
    assert f"“{action.label}” of {mine[0].code}" in first.title
    assert Deviation.objects.latest("pk").title.startswith("Another batch's vial")
    assert [row.vial for row in HeldVial.objects.open().order_by("pk")] == [others, other[0]]


@pytest.mark.urs("URS-32", "URS-113")
def test_two_wrong_scans_of_one_vial_at_once_open_one_deviation(committed_world: World) -> None:
    world = committed_world
    [mine], [others] = world.stored(), world.stored()

    def scan(by: Person) -> object:
        stop_scan(world, mine, others.code, by, Action.MOVE_VIALS)
        return None

    race(
        lambda: scan(world.technician),
        lambda: scan(world.witness),
        meet_in="custody.actions.stop_wrong_scan.keep_mix_up",
    )

    assert Deviation.objects.count() == 1
    assert Hold.objects.count() == 1
    assert RefusedAttempt.objects.count() == 2
