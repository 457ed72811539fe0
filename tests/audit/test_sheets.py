"""One sheet sent twice at once, and a record that changes in the very instant it is signed for."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from audit.authors import ShownSheet, SignedIntent
from audit.models import RefusedAttempt, SignedSheet
from audit.sheets import newest_versions
from custody.actions.move_vials import move_vials
from custody.actions.place_hold import place_hold
from custody.actions.report_missing import report_missing
from custody.models import Hold, HoldScope
from custody.placements import Placement
from inventory.models import Custody, Vial
from tests.custody.racing import drop, race, winners
from tests.world import NOON, World, fresh

pytestmark = pytest.mark.urs("URS-52")
CHECKING = "audit.changes.refusals_of_changes_since"


def under_a_sheet(intent: SignedIntent, *shown: Vial) -> SignedIntent:
    """Return the intent with a sheet that shows these vials as they are now."""
    versions = newest_versions((Vial, vial.pk) for vial in shown)
    return replace(intent, sheet=ShownSheet(nonce="once", shown_at=NOON, versions=versions))


def two_posts(world: World) -> list[Callable[[], object]]:
    """Let quality send one sheet twice: a hold on two vials, so that no row is in both."""
    intent = under_a_sheet(world.signs(world.qa))
    return [
        partial(place_hold, scope=HoldScope.VIALS, subject=vial.code, intent=intent, at=NOON)
        for vial in world.stored(2)
    ]


def test_of_two_posts_at_once_one_signs(committed_world: World) -> None:
    first, second = two_posts(committed_world)

    outcomes = race(first, second, meet_in=CHECKING)

    assert len(winners(outcomes)) == 1
    assert Hold.objects.count() == SignedSheet.objects.count() == 1
    assert RefusedAttempt.objects.get().codes == ["SHEET_SIGNED"]


def test_without_the_constraint_both_would(committed_world: World) -> None:
    first, second = two_posts(committed_world)
    drop("audit_signedsheet", "audit_a_sheet_signs_once")

    race(first, second, meet_in=CHECKING)

    assert Hold.objects.count() == 2


def test_sees_a_change_that_was_not_there_when_the_signer_was_proven(
    committed_world: World,
) -> None:
    world = committed_world
    vial = world.stored()[0]
    intent = under_a_sheet(world.signs(world.technician), vial)
    place = Placement(vial_id=vial.pk, position_id=world.place("C5").pk)
    by = world.says(world.supervisor)

    signed, moved = race(
        partial(report_missing, vial_ids=[vial.pk], searched="R1", intent=intent, at=NOON),
        partial(move_vials, placements=[place], attribution=by, at=NOON),
        meet_in=(
            "custody.actions.report_missing.lock_with_parts",
            "custody.actions.move_vials.stand",
        ),
    )

    assert moved.error is None
    assert signed.codes == ["CHANGED_SINCE_SHOWN"]
    assert world.supervisor.full_name in str(signed.error)
    assert fresh([vial])[0].custody == Custody.IN_STORAGE
    assert not SignedSheet.objects.exists()
