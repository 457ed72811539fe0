"""People in front of their screens, and orders for them."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Person
from tests.browsing import Browser
from tests.orders import Orders
from tests.world import World


@pytest.fixture
def orders(world: World) -> Orders:
    """Return the ways to an order."""
    return Orders(world)


@pytest.fixture
def at_screen_of() -> Callable[[Person], Client]:
    """Sign somebody in at a screen of their own."""

    def sign_in(person: Person) -> Client:
        client = Browser()
        client.force_login(person)
        return client

    return sign_in
