"""Training, the rules and emergency work: no fault, no overflow, on a screen and on a phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import Person
from sop.action import Action
from sop.actions.assess_in_practice import assess_in_practice
from sop.documents.document import TrainingDemand
from sop.models import Follows
from tests.browser.test_sections import OpenAs
from tests.browser.test_styleguide import faults_of_pages
from tests.factories.people import PASSWORD
from tests.factories.procedures import document, govern, in_force, train
from tests.web.views.test_readiness import screen_of
from tests.world import World


def pages(world: World) -> dict[str, tuple[Person, str]]:
    """Bring training to several states; name the pages that show them."""
    said = document(
        changes="Close the lid within a minute",
        purpose="Vials stand where the record says",
        training=TrainingDemand(assessment=True),
    )
    version = in_force(said, author=world.qa2, approver=world.release)
    govern(Action.PLACE_VIALS, version, site=world.site)
    govern(Action.PACK_VIALS, version, Follows.SCREEN, site=world.site)
    for person in (world.witness, world.qa, world.supervisor):
        train(person, version)
    assess_in_practice(
        person_id=world.witness.pk,
        version_id=version.pk,
        is_passed=True,
        observed="Three training vials, lid closed within a minute",
        intent=world.signs(world.qa),
        at=timezone.now(),
    )
    in_force(
        said,
        author=world.qa2,
        approver=world.release,
        number=2,
        since=timezone.now() + timedelta(days=10),
    )
    screen_of(world.supervisor.user_id).post(
        "/procedures/emergency/begin/",
        {
            "user_id": world.supervisor.user_id,
            "password": PASSWORD,
            "reason": "Tank LN2-01 fails",
            "site": world.site.pk,
            "hours": 2,
        },
    )
    return {
        "training-own": (world.technician, "/procedures/training/"),
        "training-read": (world.technician, f"/procedures/training/read/{version.pk}/"),
        "training-matrix": (world.qa, "/procedures/training/"),
        "training-person": (world.qa, f"/procedures/training/{world.witness.pk}/"),
        "training-assess": (
            world.qa,
            f"/procedures/training/{world.supervisor.pk}/assess/{version.pk}/",
        ),
        "training-demand": (world.qa, f"/procedures/training/required/{version.pk}/"),
        "governance": (world.qa, "/configure/procedures/"),
        "governance-set": (world.qa, "/configure/procedures/set/?action=move_vials"),
        "emergency-work": (world.supervisor, "/procedures/emergency/"),
        "emergency-work-begin": (world.supervisor, "/procedures/emergency/begin/"),
        "training-dashboard": (world.qa, "/"),
        "training-reports": (world.qa, "/reports/"),
    }


@pytest.mark.urs("URS-07", "URS-23")
def test_has_no_fault_and_does_not_overflow(
    sign_in: OpenAs, committed_world: World, picture_of_look: Callable[[Page, str], None]
) -> None:
    assert faults_of_pages(pages(committed_world), sign_in, picture_of_look) == {}
