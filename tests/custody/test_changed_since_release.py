"""Scenario 16: a record that is edited after its release does not pass for the released one."""

import pytest
from django.utils import timezone

from accounts.models import Person
from accounts.roles import Role
from audit.changes import machine_change
from custody.actions.claim_vials import claim_vials
from custody.actions.decide_quality import decide_quality
from custody.findings import Verdict
from custody.queries.facts import facts_of_vial
from custody.queries.verdicts import verdicts
from inventory.models import Quality, Vial
from tests.browsing import Browser
from tests.custody.actions.evidence import refused
from tests.custody.retrievals import requested_retrieval
from tests.custody.reviews import review
from tests.custody.test_time_out import split
from tests.factories.people import PersonFactory
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-52", "URS-53")


def edit(vial: Vial) -> None:
    """Give the vial's batch another donation, as a correction of the record does."""
    with machine_change("test", action="correct_batch", reason="Wrong donation number"):
        vial.batch.donation_number = "A999026000009"
        vial.batch.save(update_fields=["donation_number"])


def decide(world: World, vial: Vial, decision: Quality, *, by: Person) -> None:
    """Decide on a vial."""
    decide_quality(
        vial_ids=[vial.pk],
        decision=decision,
        evidence="Correction 12",
        intent=world.signs(by),
        at=NOON,
    )


def codes(world: World, vial: Vial, verdict: Verdict) -> set[str]:
    """Return the codes of the findings of this verdict, which both ways of judging agree on."""
    told = facts_of_vial(vial.pk, seen_by=world.qa, at=timezone.now()).judgement
    again = verdicts([vial.pk], at=told.as_of)[vial.pk]
    assert told == again
    return {finding.code for finding in told.findings if finding.verdict == verdict}


def test_is_amber_and_goes_to_no_patient_until_it_is_released_anew(world: World) -> None:
    [vial] = world.released()
    retrieval = requested_retrieval(world, vial)
    assert "CHANGED_SINCE_RELEASE" not in codes(world, vial, Verdict.AMBER)

    edit(vial)

    assert "CHANGED_SINCE_RELEASE" in codes(world, vial, Verdict.AMBER)
    with refused("CHANGED_SINCE_RELEASE"):
        claim_vials(
            retrieval_id=retrieval.pk,
            vial_ids=[vial.pk],
            attribution=world.says(world.technician),
            at=NOON,
        )
    decide(world, vial, Quality.QUARANTINE, by=world.qa)
    reviewer = PersonFactory.create(roles=[Role.QA], programs=[world.program], sites=[world.site])
    review(world, vial.batch.number, by=reviewer)
    decide(world, vial, Quality.RELEASED, by=world.release)
    assert "CHANGED_SINCE_RELEASE" not in codes(world, vial, Verdict.AMBER)


def test_a_step_in_storage_is_no_change_of_what_was_released(world: World) -> None:
    [vial] = world.checked_out(world.released())
    part = split(world, vial, "A9990260000010-902")

    assert "CHANGED_SINCE_RELEASE" not in codes(world, vial, Verdict.AMBER)
    assert "CHANGED_SINCE_RELEASE" not in codes(world, part, Verdict.AMBER)

    edit(vial)
    assert "CHANGED_SINCE_RELEASE" in codes(world, part, Verdict.AMBER)


def test_the_vials_page_says_it(world: World) -> None:
    [vial] = world.released()
    edit(vial)
    desk = Browser()
    desk.force_login(world.qa)

    page = desk.get(f"/vials/{vial.pk}/").text

    assert "Changed after it was released" in page
