"""The database that tests share is put back after a test that commits."""

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import BrowserSession as Session
from accounts.models import Person
from inventory.models import Vial
from tests.world import World


@pytest.mark.parametrize("turn", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_is_as_the_migrations_left_it(turn: str) -> None:
    assert not Session.objects.exists()

    Session.objects.create(session_key=turn, session_data="", expire_date=timezone.now())

    assert connection.settings_dict["NAME"].startswith("test_")


@pytest.mark.parametrize("turn", ["first", "second"])
def test_has_the_world_as_it_was_built(turn: str, committed_world: World) -> None:
    assert not Vial.objects.exists()
    assert Person.objects.filter(pk=committed_world.qa.pk).exists()

    committed_world.received()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_shares_no_changed_copy_of_the_world(turn: str, world: World) -> None:
    assert world.technician.full_name == "Technician Example"
    assert not Session.objects.exists()

    world.technician.full_name = "Somebody Else"


@pytest.mark.django_db
def test_is_empty_for_whoever_asks_for_no_world() -> None:
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_is_no_place_where_the_tests_are_superuser() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")

        assert cursor.fetchone() == (False,)
