"""The rules of handling: quality sets them, in versions, and they hold at once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from audit.changes import machine_change
from audit.errors import ActionRefused, NotAuthorised
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.set_handling_rules import set_handling_rules
from custody.late import late_at_most
from custody.models import HandlingRules
from custody.rules.late import UNLESS_SET, LateEntry
from tests.browsing import Browser
from tests.custody.actions.evidence import refused
from tests.factories.people import PASSWORD
from tests.world import World

pytestmark = pytest.mark.urs("URS-03", "URS-26")


def test_quality_sets_how_late_a_step_may_be_entered(world: World) -> None:
    [vial] = world.stored()
    assert late_at_most() == UNLESS_SET
    row = set_handling_rules(late_entry_hours=2, intent=world.signs(world.qa))
    late = LateEntry(performed_at=timezone.now() - timedelta(hours=3), reason="No network")

    with pytest.raises(ActionRefused) as refusal:
        check_out_vials(
            vial_ids=[vial.pk],
            purpose=InternalPurpose.QC,
            intent=world.signs(world.technician, world.witness),
            at=timezone.now(),
            late=late,
        )

    assert "LATE_TOO_OLD" in refusal.value.codes
    assert (row.version, late_at_most()) == (1, timedelta(hours=2))
    assert set_handling_rules(late_entry_hours=3, intent=world.signs(world.qa)).version == 2


def test_refuses_others_and_what_is_out_of_bounds(world: World) -> None:
    for person in (world.admin, world.technician, world.inspector):
        with refused("ROLE_MISSING", by=NotAuthorised):
            set_handling_rules(late_entry_hours=2, intent=world.signs(person))
    for hours in (0, 721):
        with refused("OUT_OF_BOUNDS"):
            set_handling_rules(late_entry_hours=hours, intent=world.signs(world.qa))
        with (
            pytest.raises(IntegrityError, match="custody_handling_rules_in_bounds"),
            machine_change("test", action="test", reason="Past the action"),
        ):
            HandlingRules(version=9, late_entry_hours=hours).save(force_insert=True)
    for minutes in (0, 1441):
        with refused("GAP_OUT_OF_BOUNDS"):
            set_handling_rules(
                late_entry_hours=2, gap_deviation_minutes=minutes, intent=world.signs(world.qa)
            )
    with refused("BLIND_OUT_OF_BOUNDS"):
        set_handling_rules(
            late_entry_hours=2, blind_hold_minutes=1441, intent=world.signs(world.qa)
        )
    with refused("PICK_OUT_OF_BOUNDS"):
        set_handling_rules(
            late_entry_hours=2, expected_pick_seconds=3601, intent=world.signs(world.qa)
        )
    assert not HandlingRules.objects.exists()


def test_is_shown_to_readers_and_signed_on_its_page(world: World) -> None:
    desk = Browser()
    desk.force_login(world.qa)

    page = desk.get("/configure/handling/").text
    posted = desk.post(
        "/configure/handling/set/",
        {
            "late_entry_hours": "24",
            "holds_excursions_from": "action",
            "longest_lift_minutes": "4",
            "single_scan_seconds": "20",
            "expected_pick_seconds": "90",
            "gap_deviation_minutes": "45",
            "blind_hold_minutes": "0",
            "user_id": world.qa.user_id,
            "password": PASSWORD,
            "reason": "SOP 12",
        },
    )
    after = desk.get("/configure/handling/").text

    assert "168" in page
    assert posted.status_code == 302
    assert "Version 1: hours in which a step may be entered late: 24" in after
    assert "what stood in the unit is held at once: action" in after
    assert "where nobody records its return: 4" in after
    assert "out of storage when it is picked: 90" in after
    assert "without measurement on, a deviation is opened: 45" in after
    assert "without any probe that measures on, the contents are held: 0" in after
