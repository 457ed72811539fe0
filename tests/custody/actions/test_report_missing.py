"""Reporting a vial missing: it holds the whole therapy, in the same Change."""

from decimal import Decimal

import pytest

from audit.models import Signature
from audit.signing import is_intact
from custody.actions.check_out_retrieval import check_out_retrieval
from custody.actions.record_found import record_found
from custody.actions.release_hold import release_hold
from custody.actions.report_missing import report_missing
from custody.actions.split_vial import Part, split_vial
from custody.chain import check_chains
from custody.models import CustodyEvent, EventKind, HeldVial, Hold, HoldScope
from inventory.models import Custody, Purpose, Quality, Vial, VialKind
from sop.models import Deviation
from tests.custody.actions.evidence import assert_true, refused
from tests.custody.actions.ways import keys, placements
from tests.custody.racing import race
from tests.custody.retrievals import picked_retrieval, scanned_retrieval
from tests.world import NOON, World, fresh


def report(world: World, *vials: Vial) -> list[CustodyEvent]:
    """Report vials missing, by the technician."""
    return report_missing(
        vial_ids=keys(vials),
        searched="rack 1",
        intent=world.signs(world.technician),
        at=NOON,
    )


def held() -> set[str]:
    """Return the codes under an open hold."""
    return set(HeldVial.objects.open().values_list("vial__code", flat=True))


def split(world: World, vial: Vial) -> Vial:
    """Split a part off a vial in hand."""
    part = Part(code="PART", volume_ml=Decimal("0.5"), kind=VialKind.VIAL, purpose=Purpose.DOSE)
    intent = world.signs(world.technician, world.witness)
    return split_vial(vial_id=vial.pk, parts=[part], intent=intent, at=NOON)[0]


@pytest.mark.urs("URS-113", "URS-115")
def test_holds_everything_of_the_therapy_and_nothing_else(world: World) -> None:
    lost, sibling, parent = world.released(3)
    part = split(world, world.checked_out([parent])[0])
    world.released()
    before = fresh([lost])[0]

    event = report(world, lost)[0]
    event.refresh_from_db()

    now = fresh([lost])[0]
    assert_true(event, before, now)
    assert (now.custody, event.kind) == (Custody.MISSING, EventKind.WENT_MISSING)
    hold = Hold.objects.get()
    assert lost.therapy is not None
    assert (hold.scope, hold.subject) == (HoldScope.THERAPY, lost.therapy.coi)
    assert (hold.placed_by, hold.reason) == (world.technician, f"Reported missing: {lost.code}")
    assert held() == {lost.code, sibling.code, parent.code, part.code}
    events = CustodyEvent.objects.filter(kind=EventKind.HELD)
    assert {row.vial.code for row in events} == held()
    assert {row.change_id for row in events} == {event.change_id}
    deviation = Deviation.objects.get()
    assert [row.vial for row in deviation.vials.all()] == [lost]
    assert [row.change_id for row in deviation.history.all()] == [event.change_id]
    chains = check_chains(list(Vial.objects.values_list("pk", flat=True)))
    assert all(chain.intact and chain.unbroken for chain in chains.values())


@pytest.mark.urs("URS-49", "URS-52")
def test_is_signed_on_the_event_and_on_the_hold(world: World) -> None:
    event = report(world, world.released()[0])[0]

    for record in (event, Hold.objects.get()):
        row = Signature.objects.get(record_table=record._meta.db_table, record_id=record.pk)
        assert row.signer == world.technician
        assert is_intact(row, type(record))


def test_holds_each_therapy_once_and_no_bank(world: World) -> None:
    mine, yours = world.released(2), world.released(1)
    bank = world.released(2, world.bank())

    report(world, *mine, *yours, bank[0])

    assert Hold.objects.count() == 2
    assert held() == {vial.code for vial in [*mine, *yours]}


@pytest.mark.urs("URS-27", "URS-113")
def test_stops_a_pick_of_the_same_patient(world: World) -> None:
    retrieval, vial = scanned_retrieval(world)
    report(world, world.released(1, vial.batch)[0])

    with refused("ON_HOLD"):
        check_out_retrieval(
            retrieval_id=retrieval.pk,
            intent=world.signs(world.technician, world.witness),
            at=NOON,
        )


@pytest.mark.urs("URS-115")
def test_stays_held_when_found_until_somebody_else_in_qa_releases_the_hold(world: World) -> None:
    lost, sibling = world.released(2)
    report_missing(vial_ids=[lost.pk], searched="rack 1", intent=world.signs(world.qa), at=NOON)
    hold = Hold.objects.get()

    record_found(
        placements=placements(world.other_box, [lost]), intent=world.signs(world.qa), at=NOON
    )

    assert held() == {lost.code, sibling.code}
    with refused("PLACED_BY_YOU"):
        release_hold(hold_id=hold.pk, intent=world.signs(world.qa), at=NOON)
    release_hold(hold_id=hold.pk, intent=world.signs(world.qa2), at=NOON)
    assert not held()
    assert fresh([lost])[0].quality == Quality.QUARANTINE


@pytest.mark.urs("URS-115")
def test_reaches_a_part_that_is_split_off_meanwhile(committed_world: World) -> None:
    world = committed_world
    lost, sibling = world.released(2)
    whole = world.checked_out([sibling])[0]

    outcomes = race(
        lambda: split(world, whole),
        lambda: report(world, lost),
        meet_in="custody.actions.split_vial._make",
    )

    assert [outcome.error for outcome in outcomes] == [None, None]
    assert held() == {lost.code, sibling.code, "PART"}


@pytest.mark.urs("URS-32", "URS-113")
def test_two_people_miss_two_vials_of_one_patient_at_once(committed_world: World) -> None:
    world = committed_world
    first, second = world.released(2)

    outcomes = race(
        lambda: report(world, first),
        lambda: report(world, second),
        meet_in="custody.missing.hold_vials",
    )

    assert [outcome.error for outcome in outcomes] == [None, None]
    assert {vial.custody for vial in fresh([first, second])} == {Custody.MISSING}
    assert HeldVial.objects.open().count() == 4


def test_what_left_for_the_patient_meanwhile_is_held_there(world: World) -> None:
    _, vial = picked_retrieval(world)

    report(world, world.released(1, vial.batch)[0])

    assert vial.code in held()
