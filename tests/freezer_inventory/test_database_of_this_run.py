"""The database that tests share is put back after a test that commits."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone


@pytest.mark.parametrize("turn", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_is_as_the_migrations_left_it(turn: str) -> None:
    assert not Session.objects.exists()

    Session.objects.create(session_key=turn, session_data="", expire_date=timezone.now())

    assert connection.settings_dict["NAME"].startswith("test_")


@pytest.mark.django_db
def test_is_no_place_where_the_tests_are_superuser() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")

        assert cursor.fetchone() == (False,)
