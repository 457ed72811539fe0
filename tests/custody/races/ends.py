"""Two people and the beginning, the parts, the label or the end of one vial."""

from decimal import Decimal

from custody.actions.discard_vials import discard_vials
from custody.actions.put_back_vials import put_back_vials
from custody.actions.receive_batch import receive_batch
from custody.actions.record_administration import record_administration
from custody.actions.relabel_vial import relabel_vial
from custody.actions.return_vials import return_vials
from custody.actions.split_vial import Part, split_vial
from custody.models import EventKind, Receipt
from custody.placements import Placement
from inventory.models import Custody, Identifier, Purpose, Vial, VialKind
from tests.custody.actions.ways import NURSE, handed_over, rejected_in_hand
from tests.custody.races.contest import Contest, Race, happened, torn
from tests.custody.racing import Step
from tests.world import NOON, World

RELABELLING = "custody.actions.relabel_vial.refused_by"


def part(code: str, volume_ml: Decimal) -> Part:
    """Return a sample to be split off."""
    return Part(code=code, volume_ml=volume_ml, kind=VialKind.VIAL, purpose=Purpose.QC)


def two_receipts(world: World) -> Contest:
    """Two people receive the same vials."""
    vial = world.expected()[0]

    def receive() -> object:
        return receive_batch(
            batch_id=vial.batch_id,
            vial_ids=[vial.pk],
            inspection=world.inspection(1),
            intent=world.signs(world.technician, world.witness),
            at=NOON,
        )

    return Contest(receive, receive, lambda: Receipt.objects.count() > 1 or torn(vial))


def two_splits(world: World) -> Contest:
    """Two people split one vial, each taking more than half."""
    vial = world.checked_out(world.stored())[0]

    def into(code: str) -> Step:
        return lambda: split_vial(
            vial_id=vial.pk,
            parts=[part(code, vial.volume_ml * 3 / 4)],
            intent=world.signs(world.technician, world.witness),
            at=NOON,
        )

    def more_than_there_was() -> bool:
        made = Vial.objects.filter(parent=vial)
        return sum(child.volume_ml for child in made) > vial.volume_ml

    return Contest(into("PART-1"), into("PART-2"), more_than_there_was)


def relabelling(world: World, vial: Vial, code: str) -> Step:
    """Let two people give a vial a new code."""
    return lambda: relabel_vial(
        vial_id=vial.pk,
        new_code=code,
        intent=world.signs(world.technician, world.witness),
        at=NOON,
    )


def two_labels_for_one_vial(world: World) -> Contest:
    """Two pairs of people relabel one vial."""
    vial = world.stored()[0]
    return Contest(
        relabelling(world, vial, "NEW-1"),
        relabelling(world, vial, "NEW-2"),
        lambda: Identifier.objects.filter(vial=vial, replaced_by__isnull=True).count() != 1,
    )


def one_label_for_two_vials(world: World) -> Contest:
    """Two pairs of people give two vials one code."""
    one, other = world.stored(2)
    return Contest(
        relabelling(world, one, "NEW-1"),
        relabelling(world, other, "NEW-1"),
        lambda: Identifier.objects.filter(code="NEW-1").count() > 1,
    )


def a_return_to_storage_and_a_discard(world: World) -> Contest:
    """One person puts back what another discards."""
    vial, place = rejected_in_hand(world)[0], world.place("C1")
    return Contest(
        lambda: put_back_vials(
            placements=[Placement(vial_id=vial.pk, position_id=place.pk)],
            attribution=world.says(world.technician),
            at=NOON,
        ),
        lambda: discard_vials(
            vial_ids=[vial.pk],
            method="autoclave",
            manifest="W-1",
            intent=world.signs(world.technician, world.witness),
            at=NOON,
        ),
        lambda: came_back_after(vial, EventKind.DISCARDED, Custody.IN_STORAGE),
    )


def a_dose_given_and_returned(world: World) -> Contest:
    """One person takes a dose back that another records as given."""
    vial = handed_over(world, NURSE)
    return Contest(
        lambda: return_vials(
            vial_ids=[vial.pk], condition="sealed", intent=world.signs(world.technician), at=NOON
        ),
        lambda: record_administration(
            vial_ids=[vial.pk], reference="EMR-1", intent=world.signs(world.witness), at=NOON
        ),
        lambda: came_back_after(vial, EventKind.ADMINISTERED, Custody.RETURNED),
    )


def came_back_after(vial: Vial, end: EventKind, custody: Custody) -> bool:
    """Say whether a vial has come back from its end."""
    return happened(vial, end) > 0 and Vial.objects.filter(pk=vial.pk, custody=custody).exists()


RACES = {
    "one batch received twice": Race(
        prepare=two_receipts,
        meet_in="custody.actions.receive_batch._keep",
        loser=frozenset({"WRONG_CUSTODY"}),
    ),
    "one vial split twice": Race(
        prepare=two_splits,
        meet_in="custody.actions.split_vial._make",
        loser=frozenset({"TOO_MUCH"}),
    ),
    "two labels for one vial": Race(
        prepare=two_labels_for_one_vial, meet_in=RELABELLING, both_win=True
    ),
    "one label for two vials": Race(
        prepare=one_label_for_two_vials,
        meet_in=RELABELLING,
        loser=frozenset({"CODE_KNOWN"}),
        dropped={
            "inventory_identifier": "inventory_identifier_code_key",
            "inventory_vial": "inventory_vial_code_key",
        },
    ),
    "a discard and a return to storage": Race(
        prepare=a_return_to_storage_and_a_discard,
        meet_in=("custody.placements.stand_at", "custody.steps.snapshot"),
        loser=frozenset({"NOT_OUT", "VIAL_GONE", "WRONG_CUSTODY"}),
    ),
    "a dose given and returned": Race(
        prepare=a_dose_given_and_returned,
        meet_in=("custody.actions.return_vials.snapshot", "custody.steps.snapshot"),
        loser=frozenset({"VIAL_GONE", "WRONG_CUSTODY"}),
    ),
}
