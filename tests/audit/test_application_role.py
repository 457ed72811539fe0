"""The database role of web and workers: enough to work, too little to rewrite evidence."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from pytest_django import DjangoDbBlocker

from audit.hardening import grant, harden, privileges
from audit.seals.sealing import seal_trail
from audit.seals.verifying import verify_trail
from custody.models import CustodyEvent
from freezer_inventory.embedded.postgres import APP_ROLE
from tests.audit.trail import EVIDENCE, NEVER_DELETED, NEVER_TRUNCATED, label
from tests.world import World

pytestmark = pytest.mark.urs("URS-37")
FORBIDDEN = "42501"


@pytest.fixture(scope="module")
def application(
    committed_trail: World, django_db_blocker: DjangoDbBlocker
) -> Iterator[psycopg.Connection]:
    """Connect as the application's role, with what `grant` gives it and nothing else."""
    with django_db_blocker.unblock():
        grant(APP_ROLE, using="default")
        given = connection.get_connection_params() | {"user": APP_ROLE, "cursor_factory": None}
    with psycopg.connect(**given) as session:
        yield session
        session.rollback()


def forbidden(application: psycopg.Connection, statement: str) -> None:
    """Insist that the application's role lacks the privilege for a statement."""
    with pytest.raises(psycopg.Error) as caught:
        application.execute(statement.encode())
    application.rollback()
    assert caught.value.sqlstate == FORBIDDEN, str(caught.value)


@pytest.fixture
def as_application(committed_world: World) -> Iterator[World]:
    """Let Django itself work as the application's role."""
    grant(APP_ROLE, using="default")
    owner = connection.settings_dict["USER"]
    _connect_as(APP_ROLE)
    yield committed_world
    _connect_as(owner)


def _connect_as(role: str) -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined] # PostgreSQL's has it
    connection.settings_dict["USER"] = role


def test_lets_the_application_do_its_work(as_application: World) -> None:
    [vial] = as_application.checked_out(as_application.released(1))

    assert CustodyEvent.objects.filter(vial=vial).count() >= 4
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (APP_ROLE,)


@pytest.mark.urs("URS-38")
def test_lets_the_application_seal_and_verify(as_application: World) -> None:
    assert [seal.number for seal in seal_trail()] == [1]
    assert verify_trail().is_intact


@pytest.mark.parametrize("model", EVIDENCE, ids=label)
def test_gives_no_way_to_change_or_delete_evidence(
    application: psycopg.Connection, model: type[Model]
) -> None:
    key, table = model._meta.pk, model._meta.db_table
    assert key is not None
    for statement in (
        f"UPDATE {table} SET {key.column} = {key.column}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"DROP TABLE {table}",
    ):
        forbidden(application, statement)


@pytest.mark.parametrize("model", NEVER_TRUNCATED, ids=label)
def test_gives_no_way_to_empty_or_rebuild_a_table(
    application: psycopg.Connection, model: type[Model]
) -> None:
    table = model._meta.db_table
    for statement in (f"TRUNCATE {table} CASCADE", f"ALTER TABLE {table} ADD COLUMN x int"):
        forbidden(application, statement)


@pytest.mark.urs("URS-39")
@pytest.mark.parametrize("model", NEVER_DELETED, ids=label)
def test_gives_no_way_to_delete_a_record(
    application: psycopg.Connection, model: type[Model]
) -> None:
    forbidden(application, f"DELETE FROM {model._meta.db_table}")


@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        "CREATE TEMPORARY TABLE audit_change (id bigint, transaction_id bigint)",
        "CREATE TABLE shadow (id bigint)",
        "CREATE SCHEMA shadow",
        "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean "
        "AS 'SELECT TRUE' LANGUAGE sql",
        "SELECT setval('audit_change_id_seq', 1)",
        "UPDATE auth_group SET name = 'qa ' WHERE name = 'qa'",
        "UPDATE auth_permission SET codename = 'x'",
        "INSERT INTO accounts_person_user_permissions DEFAULT VALUES",
        "INSERT INTO guardian_userobjectpermission SELECT * FROM guardian_userobjectpermission",
        "SET ROLE postgres",
        f"ALTER TABLE audit_change OWNER TO {APP_ROLE}",
    ],
)
def test_gives_no_way_around_the_triggers(application: psycopg.Connection, statement: str) -> None:
    forbidden(application, statement)


def test_gives_every_table_just_what_its_kind_needs() -> None:
    given = {
        model._meta.label: privileges(model)
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy
    }

    assert given["audit.Change"] == given["custody.CustodyEvent"] == "SELECT, INSERT"
    assert given["temperature.Intake"] == given["temperature.Reading"] == "SELECT, INSERT"
    assert given["inventory.Vial"] == given["custody.Stay"] == "SELECT, INSERT, UPDATE"
    assert given["accounts.RoleMembership"] == "SELECT, INSERT, UPDATE, DELETE"
    assert given["sessions.Session"] == "SELECT, INSERT, UPDATE, DELETE"
    assert given["auth.Group"] == given["accounts.Person_user_permissions"] == "SELECT"


def test_hardens_for_the_role_in_the_settings(world: World, settings: Any) -> None:
    settings.DATABASE_APP_ROLE = APP_ROLE

    harden(using="default")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(%s, 'audit_change', 'INSERT'), "
            "has_table_privilege(%s, 'audit_change', 'UPDATE')",
            [APP_ROLE, APP_ROLE],
        )
        assert cursor.fetchone() == (True, False)
