"""The other system: its account, its token and its way to the machine door."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from accounts.actions.issue_service_token import issue_service_token
from accounts.models import Person
from accounts.roles import Role
from inventory.models import Program
from tests.factories.people import PersonFactory
from tests.integration.messages import as_text
from tests.world import World


@dataclass
class OtherSystem:
    """A system that speaks to the machine door with its token."""

    account: Person
    token: str
    client: Client

    def post(self, path: str, message: object) -> Any:
        """Send a message; text goes as it is."""
        body = message if isinstance(message, str | bytes) else as_text(message)
        return self.client.post(
            f"/api/v1/{path}", body, content_type="application/json", headers=self.headers
        )

    def get(self, path: str) -> Any:
        """Ask for something."""
        return self.client.get(f"/api/v1/{path}", headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of every request."""
        return {"Authorization": f"Bearer {self.token}"}


def other_system(world: World, name: str, programs: list[Program]) -> OtherSystem:
    """Return a system with a service account that works on `programs`."""
    account = PersonFactory.create(
        user_id=f"{name}.{world.site.code.lower()}", roles=[Role.SERVICE], programs=programs
    )
    token = issue_service_token(name=name, account_id=account.pk, intent=world.signs(world.admin))
    return OtherSystem(account, token, Client(enforce_csrf_checks=True))


@pytest.fixture
def ebr(world: World) -> OtherSystem:
    """Return the batch record, trusted with the world's program."""
    return other_system(world, "ebr", [world.program])
