"""What happens to somebody while their sheet is open: the account closed, the role lost."""

import pytest

from accounts.actions.deactivate_person import deactivate_person
from accounts.actions.revoke_role import revoke_role
from accounts.roles import Role
from audit.models import RefusedAttempt, Signature
from inventory.models import Custody, Vial
from tests.browsing import Browser, hidden_on
from tests.web.views.vials.test_steps import signature
from tests.world import World, fresh


class OpenSheet:
    """The technician's sheet about a vial that is missing, read and not signed yet."""

    def __init__(self, world: World) -> None:
        self.vial: Vial = world.stored()[0]
        self.desk = Browser()
        self.desk.force_login(world.technician)
        self.url = f"/vials/{self.vial.pk}/missing/"
        self.entered = signature(world, scanned=self.vial.code, searched="Rack R1")
        self.hidden = hidden_on(self.desk.get(self.url))
        self.signatures = Signature.objects.count()

    def send(self) -> object:
        """Sign it."""
        return self.desk.post(self.url, self.entered | self.hidden)

    def is_unsigned(self, by: int) -> bool:
        """Say whether nothing was signed but what others signed meanwhile."""
        custody = fresh([self.vial])[0].custody
        return custody == Custody.IN_STORAGE and Signature.objects.count() == self.signatures + by


@pytest.mark.urs("URS-17", "URS-59")
def test_an_account_closed_meanwhile_signs_nothing_and_is_out(world: World) -> None:
    sheet = OpenSheet(world)
    deactivate_person(person_id=world.technician.pk, intent=world.signs(world.admin))

    answer = sheet.send()

    assert "/accounts/sign-in/" in answer.headers["Location"]  # type: ignore[attr-defined]  # a response
    assert sheet.is_unsigned(1)
    kept = RefusedAttempt.objects.get()
    assert (kept.action, kept.actor, kept.codes) == ("sign", world.technician, ["DEACTIVATED"])
    assert (kept.error, kept.subject) == ("NotAuthorised", {"path": sheet.url})
    assert sheet.desk.get("/").status_code == 302


@pytest.mark.urs("URS-17")
def test_a_sheet_from_a_session_that_ended_is_kept_and_nothing_else_is(world: World) -> None:
    sheet = OpenSheet(world)
    sheet.desk.logout()

    sheet.send()
    sheet.desk.post(sheet.url, sheet.entered | {"sheet": "guessed"})

    assert sheet.is_unsigned(0)
    assert RefusedAttempt.objects.get().codes == ["SESSION_ENDED"]


@pytest.mark.urs("URS-27", "URS-59")
def test_a_right_password_does_not_help_whoever_lost_the_role(world: World) -> None:
    sheet = OpenSheet(world)
    revoke_role(
        person_id=world.technician.pk, role=Role.TECHNICIAN, intent=world.signs(world.admin)
    )

    answer = sheet.send()

    assert answer.status_code == 403  # type: ignore[attr-defined]  # a response
    assert sheet.is_unsigned(1)
    kept = RefusedAttempt.objects.get()
    assert (kept.action, kept.actor) == ("report_missing", world.technician)
    assert kept.error == "NotAuthorised"
