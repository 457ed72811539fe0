"""Holding, releasing and deciding: what they reach, and what they refuse."""

from datetime import timedelta
from decimal import Decimal

import pytest

from audit.errors import NotAuthorised, NotFound
from audit.models import Meaning
from custody.actions.decide_quality import decide_quality
from custody.actions.expire_vials import expire_vials
from custody.actions.place_hold import place_hold
from custody.actions.relabel_vial import relabel_vial
from custody.actions.release_hold import release_hold
from custody.actions.split_vial import Part, split_vial
from custody.models import EventKind, HeldVial, Hold, HoldScope
from custody.tasks import expire_vials_now
from inventory.models import Custody, Identifier, Purpose, Quality, Vial, VialKind
from tests.custody.actions.evidence import Expected, appends, refused
from tests.custody.actions.ways import keys
from tests.custody.racing import race
from tests.world import NOON, World, fresh


def part(code: str, volume: str = "0.6") -> Part:
    """Return one part."""
    return Part(code=code, volume_ml=Decimal(volume), kind=VialKind.VIAL, purpose=Purpose.QC)


def split(world: World, vial: Vial, *parts: Part) -> list[Vial]:
    """Split a vial in hand."""
    return split_vial(
        vial_id=vial.pk,
        parts=parts,
        intent=world.signs(world.technician, world.witness),
        at=NOON,
    )


def hold(world: World, scope: HoldScope, subject: str, *, is_recall: bool = False) -> Hold:
    """Hold, by QA."""
    return place_hold(
        scope=scope, subject=subject, intent=world.signs(world.qa), at=NOON, is_recall=is_recall
    )


def held() -> set[str]:
    """Return the codes under an open hold."""
    return set(HeldVial.objects.open().values_list("vial__code", flat=True))


@pytest.mark.urs("URS-115")
@pytest.mark.parametrize("scope", HoldScope)
def test_one_hold_reaches_everything_under_it_and_nothing_else(
    world: World, scope: HoldScope
) -> None:
    parent, sibling = world.released(2)
    other = world.received()[0]
    child = split(world, world.checked_out([parent])[0], part("CHILD"))[0]
    assert parent.therapy is not None
    subjects = {
        HoldScope.VIALS: (parent.code, {parent.code, child.code}),
        HoldScope.BATCH: (parent.batch.number, {parent.code, child.code, sibling.code}),
        HoldScope.THERAPY: (parent.therapy.coi, {parent.code, child.code, sibling.code}),
        HoldScope.DONATION: (
            parent.batch.donation_number,
            {parent.code, child.code, sibling.code},
        ),
        HoldScope.UNIT: (world.tank.code, {sibling.code}),
    }
    subject, reached = subjects[scope]

    hold(world, scope, subject, is_recall=True)

    assert held() == reached
    assert other.code not in held()
    recalled = Vial.objects.filter(quality=Quality.RECALLED)
    assert set(recalled.values_list("code", flat=True)) == reached


@pytest.mark.urs("URS-87", "URS-115")
def test_a_hold_reaches_parts_of_what_was_used_up_and_follows_old_codes(world: World) -> None:
    vial = world.checked_out(world.stored())[0]
    grand = split(world, vial, part("A", "1.80"))[0]
    split(world, fresh([grand])[0], part("B", "1.80"))
    relabel_vial(
        vial_id=Vial.objects.get(code="B").pk,
        new_code="B-NEW",
        intent=world.signs(world.technician, world.witness),
        at=NOON,
    )
    assert fresh([vial])[0].custody == Custody.CONSUMED_SPLIT

    hold(world, HoldScope.VIALS, vial.code)
    hold(world, HoldScope.VIALS, "B")

    assert held() == {"B-NEW"}
    assert HeldVial.objects.count() == 2


@pytest.mark.urs("URS-115")
def test_a_part_that_is_split_off_meanwhile_does_not_escape(committed_world: World) -> None:
    world = committed_world
    vial = world.checked_out(world.stored())[0]

    race(
        lambda: split(world, vial, part("CHILD")),
        lambda: hold(world, HoldScope.VIALS, vial.code),
        meet_in="custody.actions.split_vial._make",
    )

    assert held() == {vial.code, "CHILD"}


@pytest.mark.urs("URS-115")
def test_holds_and_releases_refuse_what_makes_no_sense(world: World) -> None:
    vial = world.stored()[0]

    with refused("UNKNOWN_CODE"):
        hold(world, HoldScope.VIALS, f"{vial.code} MISTYPED")
    with refused("NOTHING_TO_HOLD"):
        hold(world, HoldScope.BATCH, "B-NONE")
    with refused("UNKNOWN_HOLD", by=NotFound):
        release_hold(hold_id=0, intent=world.signs(world.qa), at=NOON)
    placed = hold(world, HoldScope.VIALS, vial.code)
    with refused("PLACED_BY_YOU"):
        release_hold(hold_id=placed.pk, intent=world.signs(world.qa), at=NOON)
    release_hold(hold_id=placed.pk, intent=world.signs(world.qa2), at=NOON)
    assert held() == set()
    with refused("ALREADY_RELEASED"):
        release_hold(hold_id=placed.pk, intent=world.signs(world.qa2), at=NOON)


@pytest.mark.urs("URS-96")
def test_a_decision_is_refused_without_evidence_right_or_ground(world: World) -> None:
    good, under_hold = world.stored(2)
    expected = world.expected()[0]
    hold(world, HoldScope.VIALS, under_hold.code)

    def decide(
        vials: list[Vial],
        decision: Quality = Quality.RELEASED,
        evidence: str = "C-1",
        days: int = 0,
    ) -> None:
        decide_quality(
            vial_ids=keys(vials),
            decision=decision,
            evidence=evidence,
            intent=world.signs(world.release, meaning=Meaning.RELEASED),
            at=NOON + timedelta(days=days),
        )

    with refused("NO_EVIDENCE"):
        decide([good], evidence=" ")
    with refused("ON_HOLD"):
        decide([good, under_hold])
    with refused("EXPIRED"):
        decide([good], days=3000)
    with refused("NOT_RECEIVED", "WRONG_QUALITY"):
        decide([good, expected])
    with refused("ROLE_MISSING", by=NotAuthorised):
        decide([good], Quality.REJECTED)
    with refused("NOT_A_DECISION"):
        decide_quality(
            vial_ids=[good.pk],
            decision=Quality.EXPIRED,
            evidence="C-1",
            intent=world.signs(world.qa),
            at=NOON,
        )


@pytest.mark.urs("URS-87", "URS-88", "URS-94", "URS-115")
def test_parts_inherit_identity_expiry_quality_and_holds(world: World) -> None:
    vial = world.checked_out(world.released())[0]
    hold(world, HoldScope.VIALS, vial.code)

    with appends([vial], Expected(EventKind.SPLIT, world.technician, world.witness, signed=True)):
        parts = split(world, vial, part("P-1"), part("P-2"))

    for made in fresh(parts):
        assert (made.therapy, made.batch, made.expires_at) == (
            (vial.therapy, vial.batch, vial.expires_at)
        )
        assert (made.quality, made.parent_id) == (vial.quality, vial.pk)
    assert held() == {vial.code, "P-1", "P-2"}
    assert fresh([vial])[0].volume_ml == vial.volume_ml - Decimal("1.2")


@pytest.mark.urs("URS-87", "URS-94")
def test_splitting_and_relabelling_refuse_codes_volumes_and_states(world: World) -> None:
    vial, stored = world.checked_out(world.stored())[0], world.stored()[0]
    one = world.signs(world.technician)

    with refused("NO_PARTS"):
        split(world, vial)
    with refused("NO_PARTS"):
        split(world, vial, part("P-1", "0"))
    with refused("TOO_MUCH"):
        split(world, vial, part("P-1", "2"))
    with refused("CODE_KNOWN"):
        split(world, vial, part(stored.code))
    with refused("CODE_KNOWN"):
        split(world, vial, part("P-1"), part("P-1"))
    with refused("NOT_IN_HAND"):
        split(world, stored, part("P-1"))
    with refused("SECOND_PERSON_MISSING"):
        split_vial(vial_id=vial.pk, parts=[part("P-1")], intent=one, at=NOON)
    with refused("SECOND_PERSON_MISSING", "CODE_KNOWN"):
        relabel_vial(vial_id=vial.pk, new_code=stored.code, intent=one, at=NOON)
    split(world, vial, part("P-1", "1.80"))
    with refused("VIAL_GONE"):
        relabel_vial(
            vial_id=vial.pk,
            new_code="NEW",
            intent=world.signs(world.technician, world.witness),
            at=NOON,
        )


@pytest.mark.urs("URS-87")
def test_an_old_code_leads_to_the_new_one_for_ever(world: World) -> None:
    vial = world.stored()[0]

    relabel_vial(
        vial_id=vial.pk,
        new_code="NEW-1",
        intent=world.signs(world.technician, world.witness),
        at=NOON,
    )

    old = Identifier.objects.select_related("replaced_by").get(code=vial.code)
    assert old.replaced_by is not None
    assert (old.replaced_by.code, fresh([vial])[0].code) == ("NEW-1", "NEW-1")


@pytest.mark.urs("URS-103")
def test_what_expires_leaves_at_that_minute(world: World) -> None:
    vial = world.released(1, expires_at=NOON + timedelta(minutes=1))[0]

    assert expire_vials(at=NOON) == []
    with appends([vial], Expected(EventKind.EXPIRED, None, reason="Expiry reached")):
        expire_vials(at=NOON + timedelta(minutes=1))

    assert fresh([vial])[0].quality == Quality.EXPIRED


def test_the_clock_expires_until_nothing_is_due(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    vials = world.released(2, expires_at=NOON + timedelta(minutes=1))
    monkeypatch.setattr("custody.actions.expire_vials.AT_ONCE", 1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON + timedelta(minutes=2))

    expire_vials_now()

    assert {vial.quality for vial in fresh(vials)} == {Quality.EXPIRED}
