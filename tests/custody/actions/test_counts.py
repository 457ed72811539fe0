"""Cycle counts: blind, by scan, with what follows from each difference."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from audit.errors import NotAuthorised
from audit.models import Signature
from audit.signing import is_intact
from custody.actions.abandon_count import abandon_count
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.set_handling_rules import set_handling_rules
from custody.models import (
    Count,
    CountLine,
    CountScan,
    CountStatus,
    CustodyEvent,
    EventKind,
    HeldVial,
    ScanKind,
)
from custody.queries.whereabouts import whereabouts
from inventory.models import Custody, IdentifierKind, PositionCondition, Vial
from sop.action import Action
from sop.actions.start_run import start_run
from sop.documents.steps import ActStep
from sop.models import Deviation, DeviationSource, StepRecord
from tests.custody.actions.evidence import refused
from tests.custody.counts import closed, counting, results, scan
from tests.factories.inventory import IdentifierFactory
from tests.factories.people import PersonFactory
from tests.factories.procedures import document, govern, in_force, train
from tests.world import NOON, World, fresh


def held(vial: Vial) -> bool:
    """Say whether a vial is under an open hold."""
    return HeldVial.objects.open().filter(vial=vial).exists()


@pytest.mark.urs("URS-89", "URS-113")
def test_what_agrees_is_counted_and_opens_nothing(world: World) -> None:
    vials = world.stored(3)
    count = counting(world)
    scan(world, count, "A1", *(vial.code for vial in vials))

    closed(world, count)

    assert set(results(count).values()) == {"MATCHED"}
    assert whereabouts([vials[0].pk])[vials[0].pk].last_count is not None
    assert not Deviation.objects.exists()
    [signed] = Signature.objects.filter(record_table="custody_count", record_id=count.pk)
    assert is_intact(signed, Count)


@pytest.mark.urs("URS-113", "URS-115")
def test_each_difference_has_its_deviation_and_what_follows(world: World) -> None:
    batch = world.batch()
    [match, lost, astray, blurred] = world.stored(4, batch)
    world_batch = world.stored(1)
    [stranger] = world_batch
    count = counting(world)
    scan(
        world,
        count,
        f"A1;{match.code}",
        f"C1;{astray.code}",
        "A4;NO READ",
        "C2;NOBODY-KNOWS-IT",
        f"A5;{stranger.code}",
    )

    closed(world, count)

    assert results(count) == {
        match.code: "MATCHED",
        lost.code: "MISSING",
        astray.code: "MISPLACED",
        blurred.code: "UNREADABLE",
        stranger.code: "MATCHED",
        "NOBODY-KNOWS-IT": "EXTRA",
    }
    [match, lost, astray, blurred, stranger] = fresh([match, lost, astray, blurred, stranger])
    assert lost.custody == Custody.MISSING
    assert held(match)  # of the same patient as the lost one
    assert held(lost)
    assert not held(stranger)
    differing = CountLine.objects.filter(count=count, deviation__isnull=False)
    assert set(differing.values_list("deviation__source", flat=True)) == {
        DeviationSource.MISSING_VIAL,
        DeviationSource.MISMATCH,
    }
    assert differing.count() == 4
    for label in ("A3", "C1", "A4", "C2"):
        assert world.place(label).condition == PositionCondition.IN_DOUBT, label
    assert world.place("A1").condition == PositionCondition.IN_SERVICE
    signed = Signature.objects.filter(record_table="custody_countline")
    assert signed.count() == 4
    assert all(is_intact(row, CountLine) for row in signed)


@pytest.mark.urs("URS-113")
def test_holds_only_where_the_site_says_so(world: World) -> None:
    [vial] = world.stored()
    set_handling_rules(late_entry_hours=24, holds_on_mismatch=False, intent=world.signs(world.qa))
    count = counting(world)
    scan(world, count, f"C1;{vial.code}")

    closed(world, count)

    assert results(count) == {vial.code: "MISPLACED"}
    assert not held(vial)
    assert Deviation.objects.get().source == DeviationSource.MISMATCH


def test_what_a_colleague_took_or_moved_meanwhile_is_not_missing(world: World) -> None:
    [taken, moved, stays] = world.stored(3)
    count = counting(world)
    check_out_vials(
        vial_ids=[taken.pk],
        purpose=InternalPurpose.QC,
        intent=world.signs(world.supervisor, world.witness),
        at=NOON,
    )
    scan(world, count, f"A2;{moved.code}", f"A3;{stays.code}")
    world.checked_out([moved])

    closed(world, count)

    assert results(count) == {taken.code: "MOVED", moved.code: "MATCHED", stays.code: "MATCHED"}
    counted = CustodyEvent.objects.filter(kind=EventKind.COUNTED)
    assert [event.vial_id for event in counted] == [stays.pk]
    assert not Deviation.objects.exists()
    assert "left while" in CountLine.objects.get(vial=taken).words


@pytest.mark.urs("URS-31", "URS-113")
def test_another_person_counts_again_what_differs(world: World) -> None:
    [there, lost, astray] = world.stored(3)
    count = counting(world)
    scan(world, count, f"A1;{there.code}", f"C1;{astray.code}")
    closed(world, count)
    with refused("SAME_COUNTER"):
        counting(world, recount_of=count)

    again = counting(world, world.witness, recount_of=count)
    scan(world, again, f"A2;{lost.code}", f"A3;{astray.code}")
    closed(world, again)

    assert results(again) == {lost.code: "FOUND", astray.code: "MATCHED"}
    assert fresh([lost])[0].custody == Custody.MISSING  # until QA records the find
    assert Deviation.objects.count() == 2
    assert all("Recount" in row.what_happened for row in Deviation.objects.all())
    assert world.place("A3").condition == PositionCondition.IN_SERVICE


def test_a_place_chosen_goes_on_with_each_vial(world: World) -> None:
    vials = world.stored(4)
    count = counting(world, of=world.rack)
    scan(world, count, world.box.code, "A1", vials[0].code)
    scan(world, count, vials[1].code)
    scan(world, count, "0")
    scan(world, count, "<back>")
    scan(world, count, "?")

    places = [
        (row.kind, None if row.position is None else row.position.label)
        for row in CountScan.objects.filter(count=count).order_by("pk")
    ]

    assert places == [
        (ScanKind.PLACE, None),
        (ScanKind.PLACE, "A1"),
        (ScanKind.SEEN, "A1"),
        (ScanKind.SEEN, "A2"),
        (ScanKind.EMPTY, "A3"),
        (ScanKind.TAKEN_BACK, "A3"),
        (ScanKind.UNREADABLE, "A3"),
    ]


@pytest.mark.urs("URS-29")
def test_refuses_what_cannot_be_counted_and_keeps_the_whole_list_out(world: World) -> None:
    [vial, other] = world.stored(2)
    IdentifierFactory.create(code="LOT 7", kind=IdentifierKind.BATCH, batch=vial.batch)
    count = counting(world)
    scan(world, count, vial.code)

    with refused("NO_SCAN"):
        scan(world, count, " ")
    with refused("COUNTED_ALREADY"):
        scan(world, count, vial.code)
    with refused("NO_PLACE"):
        scan(world, count, "0")
    with refused("OUTSIDE_THE_COUNT"):
        scan(world, count, world.other_box.code)
    with refused("NOT_A_VIAL", "UNKNOWN_PLACE"):
        scan(world, count, other.code, "LOT 7", f"Z9;{other.code}")
    with refused("NOT_YOUR_COUNT"):
        scan(world, count, other.code, by=world.witness)


def test_one_place_is_counted_once_at_a_time_and_ends_once(world: World) -> None:
    world.stored()
    count = counting(world)
    with refused("BEING_COUNTED"):
        counting(world, world.witness)
    with refused("NOTHING_COUNTED"):
        closed(world, count)

    abandon_count(count_id=count.pk, attribution=world.says(world.supervisor), at=NOON)

    count.refresh_from_db()
    assert (count.status, count.reason) == (CountStatus.ABANDONED, "As the procedure says")
    assert not Deviation.objects.exists()
    with refused("COUNT_ENDED"):
        closed(world, count)
    with refused("COUNT_ENDED"):
        abandon_count(count_id=count.pk, attribution=world.says(world.supervisor), at=NOON)


def test_an_empty_box_is_counted_as_empty(world: World) -> None:
    count = counting(world, of=world.other_box)
    scan(world, count, "0")

    assert closed(world, count).results == {}


@pytest.mark.urs("URS-117")
def test_whoever_does_not_see_every_program_counts_nothing(world: World) -> None:
    world.stored()
    stranger = PersonFactory.create(roles=[Role.TECHNICIAN], sites=[world.site])

    with refused("OUTSIDE_PROGRAM", by=NotAuthorised):
        counting(world, stranger)


@pytest.mark.urs("URS-115")
def test_its_end_takes_as_many_statements_for_one_as_for_twenty(world: World) -> None:
    asked = []
    for number in (1, 20):
        world.stored(number)
        count = counting(world)
        here = Vial.objects.filter(position__container=world.box).order_by("position__ordinal")
        scan(world, count, "A1", *here.values_list("code", flat=True))
        with CaptureQueriesContext(connection) as statements:
            closed(world, count)
        asked.append(len(statements))

    assert asked[0] == asked[1]


@pytest.mark.urs("URS-23", "URS-25")
def test_a_run_of_the_procedure_does_the_count(world: World) -> None:
    said = document(ActStep(key="count", title="Count", action=Action.COUNT), code="SOP-COUNT")
    version = in_force(said, author=world.supervisor, approver=world.qa)
    govern(Action.COUNT, version)
    train(world.technician, version)
    [vial] = world.stored()
    with refused("NOT_IN_A_RUN"):
        counting(world)
    run = start_run(
        procedure_id=version.procedure_id,
        site_id=world.site.pk,
        attribution=world.says(world.technician),
        at=NOON,
    )

    count = counting(world)
    begun = StepRecord.objects.filter(execution=run).count()
    scan(world, count, vial.code)
    closed(world, count)

    [record] = StepRecord.objects.filter(execution=run)
    assert (begun, record.step_key, record.values["vials"]) == (0, "count", [vial.code])
    event = CustodyEvent.objects.get(vial=vial, kind=EventKind.COUNTED)
    assert event.details["procedure"]["run"] == run.pk
