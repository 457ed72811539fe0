"""How long records are kept: the latest of all rules that apply, never a guess, and legal holds."""

from datetime import date, timedelta

import pytest

from audit.errors import ActionRefused, NotAuthorised
from audit.signing import signature_blocks
from custody.actions.decide_quality import decide_quality
from custody.actions.discard_vials import discard_vials
from custody.queries.retention import (
    due_records,
    legal_holds,
    retention_of_batch,
    retention_of_therapy,
)
from inventory.actions.place_legal_hold import place_legal_hold
from inventory.actions.release_legal_hold import release_legal_hold
from inventory.actions.set_retention import set_retention
from inventory.models import Quality, RetentionSchedule
from inventory.rules.retention import (
    PROPOSED,
    RecordClass,
    Retained,
    Start,
    months_after,
    retained,
)
from tests.factories.people import PersonFactory
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-78")
EXPIRY = date(2028, 2, 29)
OVER: dict[Start, date | None] = {
    Start.COMPLETED: date(2026, 9, 5),
    Start.EXPIRED: EXPIRY,
    Start.ENDED: EXPIRY,
    Start.TRIAL_ENDED: None,
}


@pytest.mark.parametrize(
    ("months", "record", "starts", "day", "deciding", "waits"),
    [
        (PROPOSED, RecordClass.IDENTITY, {}, date(2058, 2, 28), "EU 1394/2007 Article 15", ()),
        (PROPOSED, RecordClass.BATCH, {}, date(2038, 2, 28), "FACT", ()),
        ({"us-211": 12}, RecordClass.BATCH, {}, date(2029, 2, 28), "21 CFR 211.180(a)", ()),
        ({"eu-1394": 360}, RecordClass.BATCH, {}, None, "", ()),
        ({"us-follow-up": 180}, RecordClass.IDENTITY, {}, None, "", ()),
        (
            {"us-follow-up": 180, "us-211": 12},
            RecordClass.IDENTITY,
            {Start.ADMINISTERED: date(2027, 1, 31)},
            date(2042, 1, 31),
            "FDA long-term follow-up",
            (),
        ),
        (
            {"us-211": 12, "eu-trial": 300},
            RecordClass.BATCH,
            {},
            date(2029, 2, 28),
            "21 CFR 211.180(a)",
            ("end of the trial",),
        ),
    ],
)
def test_the_latest_of_all_rules_that_apply_decides(
    months: dict[str, int],
    record: RecordClass,
    starts: dict[Start, date | None],
    day: date | None,
    deciding: str,
    waits: tuple[str, ...],
) -> None:
    found = retained(months=months, record=record, starts=OVER | starts)

    assert (found.not_before, found.deciding, found.waits_for) == (day, deciding, waits)
    assert found.due_on == (None if waits else day)


def test_a_month_without_that_day_ends_with_its_last() -> None:
    assert months_after(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert months_after(date(2026, 10, 31), -8) == date(2026, 2, 28)


def sign(world: World, months: dict[str, int]) -> RetentionSchedule:
    """Let quality sign the periods."""
    return set_retention(months=months, intent=world.signs(world.qa))


def test_quality_signs_each_version_and_nothing_below_the_law(world: World) -> None:
    with pytest.raises(NotAuthorised):
        set_retention(months=PROPOSED, intent=world.signs(world.admin))
    row = sign(world, PROPOSED)

    assert (row.version, sign(world, PROPOSED | {"fact": 240}).version) == (1, 2)
    assert signature_blocks(RetentionSchedule, row.pk)[0].user_id == world.qa.user_id
    for months, code in (
        ({"fact": 119}, "SHORTER_THAN_LAW"),
        ({"nobody": 12}, "UNKNOWN_RULE"),
        ({"fact": 1_201}, "OUT_OF_BOUNDS"),
        ({}, "NO_RULE"),
        (PROPOSED | {"fact": 240}, "NOTHING_CHANGES"),
    ):
        with pytest.raises(ActionRefused) as refused:
            sign(world, months)
        assert refused.value.codes == [code]


def test_a_record_is_due_only_when_nothing_of_it_can_be_used_and_no_hold_stands(
    world: World,
) -> None:
    [vial] = world.received()
    therapy, batch = vial.therapy, vial.batch
    assert therapy is not None
    assert retention_of_therapy(therapy.coi) is None
    assert retention_of_batch(batch) is None
    assert due_records(on=NOON.date(), seen_by=world.qa) == []
    sign(world, PROPOSED)
    far = batch.expires_at.date() + timedelta(days=365 * 41)

    open_still = retention_of_therapy(therapy.coi)
    assert isinstance(open_still, Retained)
    assert open_still.due_on is None
    assert str(Start.ENDED) in open_still.waits_for
    assert due_records(on=far, seen_by=world.qa) == []

    decide_quality(
        vial_ids=[vial.pk],
        decision=Quality.REJECTED,
        evidence="Result 7",
        intent=world.signs(world.qa),
        at=NOON,
    )
    discard_vials(
        vial_ids=[vial.pk],
        method="Autoclaved",
        manifest="W-7",
        intent=world.signs(world.technician, world.witness),
        at=NOON,
    )
    over = retention_of_therapy(therapy.coi)
    assert over is not None
    assert over.due_on == months_after(batch.expires_at.date(), 360)
    assert {one.code for one in due_records(on=far, seen_by=world.qa)} == {
        therapy.coi,
        batch.number,
    }
    assert due_records(on=over.due_on - timedelta(days=1), seen_by=world.qa)[0].code == batch.number
    assert due_records(on=far, seen_by=PersonFactory.create()) == []

    place_legal_hold(subject=therapy.coi, intent=world.signs(world.qa, reason="Claim 7"), at=NOON)
    held = retention_of_therapy(therapy.coi)
    assert held is not None
    assert (held.due_on, held.held) == (None, ("Claim 7",))
    assert [one.code for one in due_records(on=far, seen_by=world.qa)] == [batch.number]
    of_batch = retention_of_batch(batch)
    assert of_batch is not None
    assert of_batch.held == ()


def test_a_legal_hold_is_placed_once_and_released_by_somebody_else(world: World) -> None:
    [vial] = world.stored()
    number = vial.batch.number
    hold = place_legal_hold(subject=number, intent=world.signs(world.qa), at=NOON)

    for subject, code in ((number, "ALREADY_HELD"), ("NOBODY", "UNKNOWN_RECORD")):
        with pytest.raises(ActionRefused) as refused:
            place_legal_hold(subject=subject, intent=world.signs(world.qa2), at=NOON)
        assert refused.value.codes == [code]
    with pytest.raises(NotAuthorised):
        place_legal_hold(subject=number, intent=world.signs(world.admin), at=NOON)
    with pytest.raises(NotAuthorised):
        release_legal_hold(hold_id=hold.pk, intent=world.signs(world.supervisor), at=NOON)
    with pytest.raises(ActionRefused) as own:
        release_legal_hold(hold_id=hold.pk, intent=world.signs(world.qa), at=NOON)
    assert own.value.codes == ["SAME_PERSON"]
    release_legal_hold(hold_id=hold.pk, intent=world.signs(world.qa2), at=NOON)

    assert legal_holds(seen_by=world.qa) == []
    with pytest.raises(ActionRefused) as gone:
        release_legal_hold(hold_id=hold.pk, intent=world.signs(world.qa2), at=NOON)
    assert gone.value.codes == ["NOT_HELD"]
