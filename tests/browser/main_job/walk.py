"""What the steps of the walk share: the house, the two patients, and a desk for whoever comes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import APIResponse, Page

from accounts.models import Person
from inventory.models import Batch
from tests.browser.main_job.desk import Desk
from tests.browser.main_job.house import House
from tests.browser.pictures import pictures_are_wanted
from tests.browser.test_styleguide import PHONE, WIDE

FADING_MS = 700  # how long the edge of a scan stays coloured


@dataclass
class Walk:
    """
    One therapy on its way from the batch record to the proof.

    patient, other: the announced batches of the patient whose way this is, and of another one.
    tokens: by the name of the system that holds it.
    """

    house: House
    new_page: Callable[..., Page]
    keep: Callable[[Page, str], object]
    patient: dict[str, Any] = field(init=False)
    other: dict[str, Any] = field(init=False)
    tokens: dict[str, str] = field(default_factory=dict)
    _desks: dict[str, Desk] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.patient, self.other = self.house.patient(4), self.house.patient(11)

    def desk(self, person: Person) -> Desk:
        """Return the screen of a person; whoever comes for the first time signs in."""
        if person.user_id not in self._desks:
            desk = Desk(self.new_page(viewport=WIDE, accept_downloads=True), person)
            desk.sign_in()
            self._desks[person.user_id] = desk
        return self._desks[person.user_id]

    def send(self, kind: str, message: dict[str, Any], *, by: str) -> APIResponse:
        """Send a message as another system does, with its token and without a session."""
        context = self.new_page().context
        return context.request.post(
            f"/api/v1/{kind}/",
            data=json.dumps(message),
            headers={
                "Authorization": f"Bearer {self.tokens[by]}",
                "Content-Type": "application/json",
            },
        )

    def picture(self, desk: Desk, name: str) -> None:
        """Keep a picture of what somebody sees, under a name that stays, and one as on a phone."""
        if not pictures_are_wanted():
            return
        desk.page.evaluate("window.scrollTo(0, 0)")
        desk.page.wait_for_timeout(FADING_MS)
        self.keep(desk.page, f"main-job-{name}")
        desk.page.set_viewport_size(PHONE)
        self.keep(desk.page, f"main-job-{name}-390")
        desk.page.set_viewport_size(WIDE)

    @property
    def coi(self) -> str:
        """The chain of identity that this walk follows."""
        return str(self.patient["chain_of_identity"])

    @property
    def codes(self) -> list[str]:
        """The codes of the patient's vials, in order."""
        return [container["barcode"] for container in self.patient["containers"]]

    @property
    def batch(self) -> Batch:
        """The batch of the patient as it is registered."""
        return Batch.objects.get(number=self.patient["batch_number"])
