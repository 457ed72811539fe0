"""Carriers: what keeps vials cold that are out of storage, and for how long."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from audit.errors import ActionRefused, NotAuthorised
from audit.models import Signature
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.put_back_vials import put_back_vials
from custody.actions.set_carrier import CarrierFacts, set_carrier
from custody.models import Carrier, CarrierKind
from custody.queries.carriers import carrier_choices
from custody.queries.warmth import warmth_of
from custody.time_out import out_since
from custody.warmth import spent_by
from inventory.models import StorageClass, Vial
from tests.custody.actions.ways import placements
from tests.world import NOON, World, fresh

MINUTE = timedelta(minutes=1)
CART = CarrierFacts(
    name="Cart 2",
    kind=CarrierKind.LN2_CART,
    storage_class=StorageClass.VAPOUR,
    cold_for=60 * MINUTE,
    qualification="PQ-17",
    qualified_until=NOON + timedelta(days=365),
)


def cart(world: World, **said: object) -> Carrier:
    """Set the cart."""
    facts = replace(CART, **said)  # type: ignore[arg-type] # facts by name
    return set_carrier(facts=facts, intent=world.signs(world.qa), at=NOON)


def taken_out(world: World, vial: Vial, carrier: Carrier | None) -> datetime:
    """Check a vial out; return when the ledger says that it left."""
    check_out_vials(
        vial_ids=[vial.pk],
        purpose=InternalPurpose.QC,
        intent=world.signs(world.technician, world.witness),
        at=NOON,
        carrier_id=None if carrier is None else carrier.pk,
    )
    return out_since([vial.pk])[vial.pk]


def used(vial: Vial, at: datetime) -> tuple[int, timedelta]:
    """Return how often it was itself out, and for how long at once."""
    found = spent_by(warmth_of([vial.pk], at=at)[vial.pk], at)
    return found.taken_out, found.longest


@pytest.mark.urs("URS-112")
@pytest.mark.parametrize(
    ("minutes", "times", "exposed"), [(59, 0, 0), (60, 0, 0), (61, 1, 1), (90, 1, 30)]
)
def test_only_what_is_beyond_its_carrier_counts(
    world: World, minutes: int, times: int, exposed: int
) -> None:
    vial = world.stored()[0]
    back = taken_out(world, vial, cart(world)) + minutes * MINUTE
    assert used(vial, back) == (times, exposed * MINUTE)

    [event] = put_back_vials(
        placements=placements(world.other_box, fresh([vial])),
        attribution=world.says(world.technician),
        at=back,
    )

    assert used(vial, back + MINUTE / 2) == (times, exposed * MINUTE)
    assert event.details["seconds_out"] == minutes * 60
    assert event.details["seconds_exposed"] == exposed * 60


@pytest.mark.urs("URS-112")
def test_on_the_open_bench_every_minute_counts(world: World) -> None:
    vial = world.stored()[0]
    left = taken_out(world, vial, None)

    assert used(vial, left + MINUTE) == (1, MINUTE)


@pytest.mark.urs("URS-112")
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"is_in_use": False}, "CARRIER_OUT_OF_USE"),
        ({"storage_class": StorageClass.ULT}, "CARRIER_WRONG_STORAGE"),
        ({"qualified_until": NOON + MINUTE / 60}, "CARRIER_NOT_QUALIFIED"),
    ],
)
def test_refuses_a_carrier_that_does_not_keep_this_cold(
    world: World, said: dict[str, object], code: str
) -> None:
    vial = world.stored()[0]
    carrier = cart(world, **said)

    with pytest.raises(ActionRefused) as refused:
        check_out_vials(
            vial_ids=[vial.pk],
            purpose=InternalPurpose.QC,
            intent=world.signs(world.technician, world.witness),
            at=NOON + MINUTE,
            carrier_id=carrier.pk,
        )
    assert [each.code for each in refused.value.refusals] == [code]


@pytest.mark.urs("URS-14", "URS-35", "URS-104")
def test_another_version_takes_the_place_of_the_first(world: World) -> None:
    first, second = cart(world), cart(world, cold_for=30 * MINUTE)

    assert (second.version, second.cold_for) == (2, 30 * MINUTE)
    assert carrier_choices() == [(str(second.pk), "Cart 2 (LN2 cart)")]
    assert Signature.objects.filter(change=second.history.get().change_id).count() == 1
    with pytest.raises(ActionRefused, match="qualified anew"):
        taken_out(world, world.stored()[0], first)


@pytest.mark.urs("URS-14", "URS-104")
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"name": " "}, "NAME_MISSING"),
        ({"cold_for": -MINUTE}, "COLD_FOR_OUT_OF_BOUNDS"),
        ({"qualification": " "}, "NO_QUALIFICATION"),
        ({"qualified_until": NOON}, "ENDS_IN_THE_PAST"),
    ],
)
def test_sets_nothing_that_no_qualification_carries(
    world: World, said: dict[str, object], code: str
) -> None:
    with pytest.raises(ActionRefused) as refused:
        cart(world, **said)
    assert [each.code for each in refused.value.refusals] == [code]
    with pytest.raises(NotAuthorised):
        set_carrier(facts=CART, intent=world.signs(world.supervisor), at=NOON)
    assert not Carrier.objects.exists()
