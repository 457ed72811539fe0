"""Attacks on every table of the trail while no Change is open; each must fail."""

import pgtrigger
import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import F, Model
from pgtrigger.apps import register_triggers_from_meta

from audit.triggers import APPEND_ONLY, NEVER_DELETED, OUTSIDE_A_CHANGE
from tests.audit import trail as tables
from tests.audit.conftest import refused
from tests.audit.trail import EVIDENCE, NEVER_TRUNCATED, REGULATED, STAMPED, label
from tests.world import World

pytestmark = pytest.mark.urs("URS-37")
DELETABLE = [model for model in REGULATED if model not in tables.NEVER_DELETED]


def sql(statement: str, model: type[Model]) -> None:
    """Run one statement on the table of a model, past everything that Python checks."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("{t}", table))


def copy_in(statement: str, row: list[str]) -> None:
    """Stream one row into a table, past INSERT."""
    with connection.cursor().copy(statement) as copy:
        copy.write_row(row)


def itself(model: type[Model]) -> dict[str, F]:
    """Return an update that writes what is there already."""
    key = model._meta.pk
    assert key is not None
    return {key.name: F(key.name)}


@pytest.mark.parametrize("model", [*REGULATED, *EVIDENCE], ids=label)
def test_there_is_a_row_to_attack(trail: World, model: type[Model]) -> None:
    if model._meta.label != "reports.Export":
        assert model._default_manager.exists()


@pytest.mark.parametrize("model", REGULATED, ids=label)
def test_refuses_to_update_a_regulated_row(trail: World, model: type[Model]) -> None:
    with refused(OUTSIDE_A_CHANGE):
        sql("UPDATE {t} SET id = id", model)
    with refused(OUTSIDE_A_CHANGE):
        model._default_manager.update(**itself(model))


@pytest.mark.parametrize("model", REGULATED, ids=label)
def test_refuses_to_insert_a_regulated_row(trail: World, model: type[Model]) -> None:
    with refused(OUTSIDE_A_CHANGE):
        sql("INSERT INTO {t} SELECT * FROM {t} LIMIT 1", model)
    with refused(OUTSIDE_A_CHANGE):
        sql("INSERT INTO {t} SELECT * FROM {t} ON CONFLICT (id) DO UPDATE SET id = {t}.id", model)


@pytest.mark.parametrize("model", REGULATED, ids=label)
def test_refuses_to_copy_regulated_rows_in(trail: World, model: type[Model]) -> None:
    table = connection.ops.quote_name(model._meta.db_table)

    with pytest.raises(psycopg.Error) as caught, transaction.atomic():
        copy_in(f"COPY {table} (id) FROM STDIN", ["1"])

    assert caught.value.sqlstate == OUTSIDE_A_CHANGE


@pytest.mark.parametrize("model", REGULATED, ids=label)
def test_refuses_to_save_a_regulated_row_from_a_shell(trail: World, model: type[Model]) -> None:
    row = model._default_manager.order_by("pk")[0]

    with refused(OUTSIDE_A_CHANGE):
        row.save()
    with refused(OUTSIDE_A_CHANGE):
        row.save(update_fields=[f.name for f in model._meta.fields if not f.primary_key])
    row.pk = None
    with refused(OUTSIDE_A_CHANGE):
        model._default_manager.bulk_create([row])


@pytest.mark.parametrize("model", REGULATED, ids=label)
def test_refuses_bulk_updates_from_a_shell(trail: World, model: type[Model]) -> None:
    rows = list(model._default_manager.order_by("pk")[:2])
    field = next(field.name for field in model._meta.concrete_fields if not field.primary_key)

    with refused(OUTSIDE_A_CHANGE):
        model._default_manager.bulk_update(rows, [field])


@pytest.mark.urs("URS-39")
@pytest.mark.parametrize("model", tables.NEVER_DELETED, ids=label)
def test_refuses_to_delete_a_regulated_row(trail: World, model: type[Model]) -> None:
    with refused(NEVER_DELETED):
        sql("DELETE FROM {t}", model)
    with refused(NEVER_DELETED):
        sql("MERGE INTO {t} USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE", model)


@pytest.mark.parametrize("model", DELETABLE, ids=label)
def test_refuses_to_take_a_grant_back_silently(trail: World, model: type[Model]) -> None:
    with refused(OUTSIDE_A_CHANGE):
        sql("DELETE FROM {t}", model)
    with refused(OUTSIDE_A_CHANGE):
        model._default_manager.all().delete()


@pytest.mark.parametrize("model", EVIDENCE, ids=label)
def test_refuses_to_change_or_delete_evidence(trail: World, model: type[Model]) -> None:
    key = model._meta.pk
    assert key is not None
    with refused(APPEND_ONLY):
        sql(f"UPDATE {{t}} SET {key.column} = {key.column}", model)
    with refused(APPEND_ONLY):
        sql("DELETE FROM {t}", model)
    with refused(APPEND_ONLY):
        sql("MERGE INTO {t} USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE", model)
    with refused(APPEND_ONLY):
        model._default_manager.update(**itself(model))


@pytest.mark.parametrize("model", STAMPED, ids=label)
def test_refuses_evidence_of_no_change(trail: World, model: type[Model]) -> None:
    if not model._default_manager.exists():
        pytest.skip("no row to copy")
    with refused(OUTSIDE_A_CHANGE):
        sql("INSERT INTO {t} SELECT * FROM {t} LIMIT 1", model)


@pytest.mark.urs("URS-39")
@pytest.mark.parametrize("model", NEVER_TRUNCATED, ids=label)
def test_refuses_to_truncate(trail: World, model: type[Model]) -> None:
    with refused(NEVER_DELETED):
        sql("TRUNCATE {t} CASCADE", model)


def test_covers_every_table_that_holds_a_record() -> None:
    covered = {*NEVER_TRUNCATED}
    plain = {model._meta.label for model in apps.get_models() if model not in covered}

    assert plain == {
        "accounts.BrowserSession",  # as sessions.Session, which it stands for
        "accounts.SigningUnderWay",  # minutes, until who signs is back from the provider
        "accounts.SecurityKeyCount",  # counts on at each use; accounts.SecurityKey is the record
        "axes.AccessAttempt",  # counts failures; accounts.AccessEvent is the record of them
        "axes.AccessAttemptExpiration",
        "axes.AccessFailureLog",
        "axes.AccessLog",
        "audit.AnchorStanding",  # one row of what a process saw; the anchor is what counts
        "audit.SealPost",  # up to where seals were posted; the seals are the record
        "accounts.NoticeReader",  # up to where refused attempts were read; not what happened
        "auth.Group",  # its table is guarded by accounts.RoleGroup
        "auth.Permission",  # and this one by accounts.Right
        "contenttypes.ContentType",
        "guardian.GroupObjectPermission",
        "guardian.UserObjectPermission",
        "otp_static.StaticDevice",  # secrets that are used up; accounts.SecondFactor is the record
        "otp_static.StaticToken",
        "otp_totp.TOTPDevice",
        "sessions.Session",
        "temperature.ChannelState",  # when a channel was last tried; ChannelOutage is the record
        "temperature.LeftUndone",  # what failed last; that it did is a system event, and an alarm
        "temperature.WorkMark",  # when workers last worked; that they stopped is a system event
        "temperature.FeedState",  # how a source was last reached; temperature.Intake is the record
        "temperature.ProbeState",  # worked out from readings
        "temperature.ContactSpell",  # worked out from readings
        "temperature.Rollup",  # worked out from readings
        "temperature.WaitingFile",  # not stored yet; temperature.Intake keeps it when it is
        "sop.EditingDraft",  # what is typed and not saved; sop.ProcedureVersion is the record
    }


@pytest.mark.parametrize("table", ["auth_group", "django_content_type", "auth_permission"])
def test_refuses_to_truncate_what_a_record_points_at(trail: World, table: str) -> None:
    with refused(NEVER_DELETED), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.urs("URS-14")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE auth_group SET name = 'qa ' WHERE name = 'qa'",
        "UPDATE auth_permission SET codename = 'x' WHERE codename = 'view_program'",
        "DELETE FROM auth_permission WHERE codename = 'view_program'",
    ],
)
def test_refuses_to_rename_a_role_or_a_right(trail: World, statement: str) -> None:
    with refused(APPEND_ONLY), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture(scope="module")
def every_trigger() -> list[str]:
    """Return the name of each trigger in the database, which are all different."""
    register_triggers_from_meta()  # raises KeyError where two would have one name
    return [trigger.get_pgid(of) for of, trigger in pgtrigger.registered()]


def test_every_trigger_has_a_name_of_its_own(every_trigger: list[str]) -> None:
    declared = [
        trigger for model in apps.get_models() for trigger in getattr(model._meta, "triggers", [])
    ]

    assert len(set(every_trigger)) == len(declared) > 0


@pytest.mark.parametrize("model", [*REGULATED, *EVIDENCE], ids=label)
def test_has_no_switch_that_skips_a_trigger(
    trail: World, every_trigger: list[str], model: type[Model]
) -> None:
    key = model._meta.pk
    assert key is not None
    with connection.cursor() as cursor:  # as pgtrigger.ignore() switches every trigger off
        everything = "{" + ",".join(every_trigger) + "}"
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [everything])

    with refused(OUTSIDE_A_CHANGE, APPEND_ONLY):
        sql(f"UPDATE {{t}} SET {key.column} = {key.column}", model)
