"""What is done to the database after every migration so that the triggers cannot be bypassed."""

from django.conf import settings
from django.db import connections, models

NEVER_IGNORED = """
    CREATE OR REPLACE FUNCTION "public"._pgtrigger_should_ignore(trigger_name name)
    RETURNS boolean AS 'SELECT FALSE' LANGUAGE sql IMMUTABLE PARALLEL SAFE
"""


BY_MIGRATION_ONLY = frozenset({"auth", "contenttypes", "guardian"})
"""Apps whose rows say what roles and rights there are; the application reads them."""


def harden(*, using: str, **_: object) -> None:
    """
    Take away django-pgtrigger's own switch, by which any session could skip a trigger.

    Source: 21 CFR 11.10(e); URS-37.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regproc('public._pgtrigger_should_ignore') IS NOT NULL")
        (installed,) = cursor.fetchone()
        if installed:
            cursor.execute(NEVER_IGNORED)
    if settings.DATABASE_APP_ROLE:
        grant(settings.DATABASE_APP_ROLE, using=using)


def grant(role: str, *, using: str) -> None:
    """
    Give the role of web and workers what it needs, and nothing that could rewrite evidence.

    Evidence tables: INSERT and SELECT. Regulated tables: UPDATE too. No table: TRUNCATE.
    Roles and rights are read only. No temporary tables: nothing can stand in for a real one.
    Source: 21 CFR 11.10(e); URS-37.
    """
    from django.apps import apps  # the registry is complete only once migrations ran

    connection = connections[using]
    quoted = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {quoted}")
        database = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {quoted}")
        cursor.execute(f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {quoted}")
        cursor.execute(f"REVOKE ALL ON django_migrations FROM {quoted}")
        cursor.execute(f"GRANT SELECT ON django_migrations TO {quoted}")  # the schema level
        models_with_tables = apps.get_models(include_auto_created=True)
        for model in (one for one in models_with_tables if not one._meta.proxy):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"REVOKE ALL ON {table} FROM {quoted}")
            cursor.execute(f"GRANT {privileges(model)} ON {table} TO {quoted}")


def privileges(model: type[models.Model]) -> str:
    """Return what the application may do to the table of `model`, as SQL."""
    if model._meta.auto_created or model._meta.app_label in BY_MIGRATION_ONLY:
        return "SELECT"
    refused = {trigger.name for trigger in getattr(model._meta, "triggers", [])}
    granted = ["SELECT", "INSERT"]
    if "append_only" not in refused:
        granted.append("UPDATE")
        if "never_deleted" not in refused:
            granted.append("DELETE")
    return ", ".join(granted)
