"""Attacks from inside a Change, or with a forged one: history must equal what was written."""

from contextlib import AbstractContextManager
from decimal import Decimal

import psycopg
import pytest
from django.db import connection, transaction
from django.db.models import Model

from audit.changes import OpenChange, machine_change
from audit.models import Change
from audit.triggers import (
    APPEND_ONLY,
    NEVER_DELETED,
    OUTSIDE_A_CHANGE,
    WITHOUT_HISTORY,
)
from audit.writes import create_all, update_all
from custody.models import Exposure, Stay
from inventory.models import Container, ContainerType, Site, Vial
from tests.audit.conftest import refused
from tests.audit.trail import BY_THE_THOUSAND, EVIDENCE, REGULATED, WITH_HISTORY, label, triggers_of
from tests.world import World

pytestmark = pytest.mark.urs("URS-34", "URS-35", "URS-37")

# An exposure is there once: a copy of its row is refused before anything else.
AS_OFTEN_AS_ONE_LIKES = [model for model in BY_THE_THOUSAND if model is not Exposure]


def a_change() -> AbstractContextManager[OpenChange]:
    """Open a machine's Change."""
    return machine_change("attacker", action="attack", reason="To see whether it holds")


def execute(statement: str, parameters: list[int | str] | None = None) -> None:
    """Run raw SQL."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def commit() -> None:
    """Let the deferred triggers fire now, as they would at the commit."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("SET CONSTRAINTS ALL DEFERRED")


def announce(change_id: object) -> None:
    """Claim that this Change is open."""
    execute("SELECT set_config('freezer.change_id', %s, true)", [str(change_id)])


def refusal_of_an_update(model: type[Model]) -> str:
    """Say by which code an update without history is refused."""
    return APPEND_ONLY if "never_rewritten" in triggers_of(model) else WITHOUT_HISTORY


def refusals_of_another_key(model: type[Model]) -> tuple[str, ...]:
    """Say by which codes another key is refused: by the trigger, or because a row points at it."""
    if "never_rewritten" in triggers_of(model):
        return (APPEND_ONLY,)
    if "one_place_at_a_time" in triggers_of(model):
        return ("23P01",)  # the row that has the key now sits there already
    return NEVER_DELETED, "23503"


@pytest.mark.parametrize("model", WITH_HISTORY, ids=label)
def test_refuses_a_raw_update_without_history(trail: World, model: type[Model]) -> None:
    table = model._meta.db_table

    with a_change(), refused(refusal_of_an_update(model)):
        execute(f"UPDATE {table} SET id = id WHERE id = (SELECT min(id) FROM {table})")
        commit()


@pytest.mark.parametrize("model", WITH_HISTORY, ids=label)
def test_refuses_orm_writes_that_bypass_history(trail: World, model: type[Model]) -> None:
    rows = list(model._default_manager.order_by("pk")[:1])
    field = next(field.name for field in model._meta.concrete_fields if not field.primary_key)

    with a_change(), refused(refusal_of_an_update(model)):
        model._default_manager.filter(pk=rows[0].pk).update(**{field: getattr(rows[0], field)})
        commit()
    with a_change(), refused(refusal_of_an_update(model)):
        model._default_manager.bulk_update(rows, [field])
        commit()


@pytest.mark.parametrize("model", WITH_HISTORY, ids=label)
def test_refuses_to_give_a_record_another_key(trail: World, model: type[Model]) -> None:
    table = model._meta.db_table

    with a_change(), refused(*refusals_of_another_key(model)):
        execute(f"UPDATE {table} SET id = 987654 WHERE id = (SELECT max(id) FROM {table})")
        commit()


@pytest.mark.parametrize("model", EVIDENCE, ids=label)
def test_refuses_to_change_evidence_also_inside_a_change(trail: World, model: type[Model]) -> None:
    with a_change(), refused(APPEND_ONLY):
        execute(f"DELETE FROM {model._meta.db_table}")


@pytest.mark.parametrize("model", REGULATED, ids=label)
def test_refuses_a_change_that_was_committed_before(trail: World, model: type[Model]) -> None:
    old = Change.objects.earliest("id")

    with refused(OUTSIDE_A_CHANGE):
        announce(old.pk)
        execute(f"UPDATE {model._meta.db_table} SET id = id")


@pytest.mark.parametrize("forged", ["0", "-1", "999999999", ""])
def test_refuses_a_change_that_does_not_exist(trail: World, forged: str) -> None:
    with refused(OUTSIDE_A_CHANGE):
        announce(forged)
        execute("UPDATE inventory_site SET id = id")


def test_refuses_a_change_that_another_transaction_opened(trail: World) -> None:
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        row = other.execute(
            "INSERT INTO audit_change (door, action, actor_user_id, actor_name, role, device, "
            "reason, procedure_step, request_id, app_version) VALUES ('machine', 'open', '', '', "
            "'', 'other', 'Open at the same time', '', '', '') RETURNING id"
        ).fetchone()
        assert row is not None

        with refused(OUTSIDE_A_CHANGE):
            announce(row[0])
            execute("UPDATE inventory_site SET id = id")
        other.rollback()


def test_refuses_a_change_that_was_rolled_back(trail: World) -> None:
    with pytest.raises(RuntimeError), a_change() as change:
        raise RuntimeError("the action broke")

    with refused(OUTSIDE_A_CHANGE):
        announce(change.id)
        execute("UPDATE inventory_site SET id = id")


@pytest.mark.parametrize("model", AS_OFTEN_AS_ONE_LIKES, ids=label)
def test_refuses_rows_that_are_given_another_change_while_they_are_written(
    trail: World, model: type[Model]
) -> None:
    old = Change.objects.earliest("id")
    fields = model._meta.concrete_fields
    taken = ", ".join(str(field.column) for field in fields if not field.primary_key)

    with a_change(), refused(OUTSIDE_A_CHANGE):
        execute(
            f"WITH forged AS MATERIALIZED (SELECT set_config('freezer.change_id', %s, true)) "
            f"INSERT INTO {model._meta.db_table} ({taken}) SELECT {taken} "
            f"FROM {model._meta.db_table}, forged LIMIT 1",
            [str(old.pk)],
        )


def test_refuses_a_temporary_table_in_place_of_the_changes(trail: World) -> None:
    with refused(OUTSIDE_A_CHANGE):
        execute(
            "CREATE TEMPORARY TABLE audit_change ON COMMIT DROP AS "
            "SELECT 1 AS id, pg_current_xact_id()::text::bigint AS transaction_id"
        )
        announce(1)
        execute("UPDATE inventory_site SET name = 'Elsewhere'")


def test_refuses_a_temporary_table_in_place_of_the_history(trail: World) -> None:
    site = Site.objects.earliest("pk")

    with a_change() as change, refused(WITHOUT_HISTORY):
        execute("UPDATE inventory_site SET name = 'Elsewhere' WHERE id = %s", [site.pk])
        execute(
            "CREATE TEMPORARY TABLE inventory_historicalsite ON COMMIT DROP AS SELECT s.*, "
            "1 AS history_id, now() AS history_date, '~' AS history_type, "
            "%s::bigint AS change_id FROM inventory_site s",
            [change.id],
        )
        commit()


def test_refuses_two_writes_of_which_only_the_last_is_in_the_history(trail: World) -> None:
    vial = Vial.objects.earliest("pk")

    with a_change(), refused(WITHOUT_HISTORY):
        execute("UPDATE inventory_vial SET volume_ml = 9 WHERE id = %s", [vial.pk])
        vial.volume_ml = Decimal("5.00")
        vial.save(update_fields=["volume_ml"])
        commit()


def test_refuses_a_history_row_that_differs_from_the_record(trail: World) -> None:
    vial = Vial.objects.earliest("pk")

    with a_change(), refused(WITHOUT_HISTORY):
        vial.volume_ml = Decimal("5.00")
        vial.save(update_fields=["volume_ml"])
        execute("UPDATE inventory_vial SET volume_ml = 9 WHERE id = %s", [vial.pk])
        commit()


def test_refuses_a_history_row_that_says_more_than_the_record(trail: World) -> None:
    kind = ContainerType.objects.exclude(accepts=[]).earliest("pk")

    with a_change(), refused(WITHOUT_HISTORY):
        kind.accepts = [*kind.accepts, "one more"]
        kind.save(update_fields=["accepts"])
        execute("UPDATE inventory_containertype SET accepts = '[]' WHERE id = %s", [kind.pk])
        commit()


def test_refuses_a_stale_copy_that_would_write_history_of_its_own(trail: World) -> None:
    stale = Container.objects.earliest("pk")
    fresh = Container.objects.get(pk=stale.pk)
    with a_change():
        fresh.name = "Renamed meanwhile"
        fresh.save(update_fields=["name"])
        commit()

    with a_change(), refused(WITHOUT_HISTORY):
        stale.zone = "quarantine"
        stale.save(update_fields=["zone"])
        commit()


def test_keeps_both_versions_when_a_stale_copy_overwrites_all(trail: World) -> None:
    stale = Site.objects.earliest("pk")
    before = stale.name
    fresh = Site.objects.get(pk=stale.pk)

    for row, name in ((fresh, "First"), (stale, "Second")):
        with a_change():
            row.name = name
            row.save(update_fields=["name"])
            commit()

    names = Site.history.filter(id=stale.pk).order_by("history_id").values_list("name", flat=True)
    assert list(names)[-3:] == [before, "First", "Second"]


def test_refuses_an_insert_without_history(trail: World) -> None:
    with a_change(), refused(WITHOUT_HISTORY):
        execute("INSERT INTO inventory_site (code, name, time_zone) VALUES ('X', 'X', 'UTC')")
        commit()


def test_refuses_a_grant_taken_back_without_its_closing_history(trail: World) -> None:
    with a_change(), refused(WITHOUT_HISTORY):
        execute(
            "DELETE FROM accounts_rolemembership "
            "WHERE id = (SELECT max(id) FROM accounts_rolemembership)"
        )
        commit()


@pytest.mark.urs("URS-73")
def test_stamps_history_with_the_open_change_whatever_it_claims(trail: World) -> None:
    old = Change.objects.earliest("id")
    site = Site.objects.earliest("pk")
    last = Site.history.filter(id=site.pk).latest("history_id")

    with a_change() as change:
        last.pk = None
        last.change_id = old.pk
        last.save(force_insert=True)

    assert Site.history.filter(id=site.pk).latest("history_id").change_id == change.id


@pytest.mark.urs("URS-73")
def test_stamps_a_change_with_the_clock_and_transaction_of_the_server(trail: World) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_change (door, action, actor_user_id, actor_name, role, device, "
            "reason, procedure_step, request_id, app_version, recorded_at, transaction_id) "
            "VALUES ('machine', 'a', '', '', '', 'd', 'r', '', '', '', '2001-01-01', 1) "
            "RETURNING recorded_at > now() - interval '1 minute', "
            "transaction_id = pg_current_xact_id()::text::bigint"
        )
        assert cursor.fetchone() == (True, True)


@pytest.mark.urs("URS-73")
def test_stamps_a_refused_attempt_with_the_clock_of_the_server(trail: World) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_refusedattempt (action, actor_user_id, actor_name, role, device, "
            "request_id, error, codes, words, subject, refused_at) "
            "VALUES ('a', '', '', '', '', '', 'e', '[]', '', '{}', '2001-01-01') "
            "RETURNING refused_at > now() - interval '1 minute'"
        )
        assert cursor.fetchone() == (True,)


@pytest.mark.urs("URS-36")
@pytest.mark.parametrize(
    "values", ["door = 'signed'", "reason = ''", "device = ''"], ids=["author", "reason", "device"]
)
def test_refuses_a_change_without_author_reason_or_device(trail: World, values: str) -> None:
    column, value = values.split(" = ")
    columns = {
        "door": "'machine'", "action": "'a'", "actor_user_id": "''", "actor_name": "''",
        "role": "''", "device": "'d'", "reason": "'r'", "procedure_step": "''",
        "request_id": "''", "app_version": "''",
    } | {column: value}  # fmt: skip

    with refused("23514"):
        execute(
            f"INSERT INTO audit_change ({', '.join(columns)}) "
            f"VALUES ({', '.join(columns.values())})"
        )


def test_ends_a_stay_once_and_changes_nothing_else_of_it(trail: World) -> None:
    ended = Stay.objects.filter(ended_at__isnull=False).earliest("pk")
    open_stay = Stay.objects.open().earliest("pk")

    with a_change(), refused(APPEND_ONLY):
        Stay.objects.filter(pk=ended.pk).update(ended_at=None, ended_with=None)
    with a_change(), refused(APPEND_ONLY):
        Stay.objects.filter(pk=ended.pk).update(ended_at=open_stay.began_at)
    with a_change(), refused(APPEND_ONLY):
        Stay.objects.filter(pk=open_stay.pk).update(place="elsewhere", ended_at=ended.ended_at)


def test_writes_many_rows_with_their_history(trail: World) -> None:
    with a_change():
        sites = create_all(
            [Site(code=f"M{n}", name=f"Many {n}", time_zone="UTC") for n in range(3)]
        )
        commit()
    with a_change() as change:
        for site in sites:
            site.name = f"More {site.code}"
        update_all(sites, ["name"])
        commit()

    last = Site.history.filter(change_id=change.id)
    assert sorted(row.id for row in last) == sorted(site.pk for site in sites)
    assert {row.name for row in last} == {"More M0", "More M1", "More M2"}


def test_writes_nothing_when_there_is_nothing_to_write(trail: World) -> None:
    empty: list[Site] = []

    assert create_all(empty) == []
    update_all(empty, ["name"])
