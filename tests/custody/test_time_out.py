"""How long vials are out of storage, and parts of a split with them."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from custody.actions.put_back_vials import put_back_vials
from custody.actions.split_vial import Part, split_vial
from custody.models import CustodyEvent, EventKind
from custody.queries.desk import desk_of
from custody.queries.facts import facts_of_vial
from custody.queries.put_away import in_hand
from custody.queries.whereabouts import whereabouts
from custody.time_out import out_since
from inventory.models import Purpose, Vial, VialKind
from tests.custody.actions.ways import placements
from tests.world import NOON, World, fresh

TEN_MINUTES = timedelta(minutes=10)


def split(world: World, parent: Vial, code: str, volume: str = "0.60") -> Vial:
    """Split one part off."""
    part = Part(code=code, volume_ml=Decimal(volume), kind=VialKind.VIAL, purpose=Purpose.DOSE)
    made = split_vial(
        vial_id=parent.pk,
        parts=[part],
        intent=world.signs(world.technician, world.witness),
        at=NOON,
    )
    return fresh(made)[0]


def checked_out_at(vial: Vial) -> datetime:
    """Return when the ledger says that the vial last left its place."""
    events = CustodyEvent.objects.filter(vial=vial, kind=EventKind.CHECKED_OUT)
    at = events.order_by("-seq").values_list("recorded_at", flat=True)[0]
    assert at is not None
    return at


def put_back(world: World, vials: list[Vial], at: datetime) -> dict[str, object]:
    """Put vials back, and return for each code the seconds that the ledger says it was out."""
    events = put_back_vials(
        placements=placements(world.other_box, vials),
        attribution=world.says(world.technician),
        at=at,
    )
    return {event.vial.code: event.details.get("seconds_out") for event in events}


@pytest.mark.urs("URS-112")
def test_a_part_of_a_part_was_out_as_long_as_the_vial_it_comes_from(world: World) -> None:
    whole = world.checked_out(world.stored())[0]
    part = split(world, whole, "PART")
    piece = split(world, part, "PIECE", "0.20")
    left = checked_out_at(whole)

    seconds = put_back(world, fresh([whole, part, piece]), left + TEN_MINUTES)

    assert seconds == {whole.code: 600, "PART": 600, "PIECE": 600}


@pytest.mark.urs("URS-112")
def test_a_part_counts_its_own_time_when_it_leaves_again(world: World) -> None:
    whole = world.checked_out(world.stored())[0]
    part = split(world, whole, "PART")
    put_back(world, [part], NOON)
    world.checked_out([part])

    seconds = put_back(world, fresh([part]), checked_out_at(part) + timedelta(seconds=42))

    assert seconds == {"PART": 42}
    assert out_since([part.pk, whole.pk]) == {
        part.pk: checked_out_at(part),
        whole.pk: checked_out_at(whole),
    }


def test_what_never_was_in_storage_was_not_out_of_it(world: World) -> None:
    vial = world.received()[0]

    assert out_since([vial.pk]) == {}


@pytest.mark.urs("URS-112")
def test_every_screen_runs_the_clock_of_a_part_from_when_its_parent_left(world: World) -> None:
    whole = world.checked_out(world.stored())[0]
    part = split(world, whole, "PART")
    left = checked_out_at(whole)

    shown = {
        "whereabouts": whereabouts([part.pk])[part.pk].since,
        "facts": facts_of_vial(part.pk, seen_by=world.technician, at=NOON).where.since,
        "desk": {line.code: line.since for line in desk_of(world.technician).mine}["PART"],
        "put away": in_hand(part, at=NOON).out_since,
    }

    assert shown == dict.fromkeys(shown, left)
