"""Readings in a table parted by months, and the only way to make a month."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

PARENT = """
    CREATE TABLE public.temperature_reading (
        probe_id bigint NOT NULL,
        device_at timestamptz NOT NULL,
        value double precision,
        flags smallint NOT NULL CHECK (flags >= 0),
        gateway_at timestamptz,
        received_at timestamptz NOT NULL,
        intake_id bigint NOT NULL,
        PRIMARY KEY (probe_id, device_at)
    ) PARTITION BY RANGE (device_at)
"""

STAYS = """
    CREATE FUNCTION public.temperature_month_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'evidence is append-only: % on %', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'FZ003';
    END $$
"""

# Web and workers may not create tables; this function belongs to who migrates, and makes months.
MONTH = """
    CREATE FUNCTION public.temperature_make_month(day date) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        begins date := date_trunc('month', day)::date;
        ends date := (begins + interval '1 month')::date;
        month text := 'temperature_reading_' || to_char(begins, 'YYYY_MM');
    BEGIN
        IF begins < DATE '2000-01-01' OR begins > CURRENT_DATE + 93 THEN
            RAISE EXCEPTION 'no readings are kept for %', begins USING ERRCODE = '22008';
        END IF;
        PERFORM pg_advisory_xact_lock(hashtext('temperature_make_month'));
        -- not to_regclass: it remembers that there was none, after another one was let through
        IF NOT EXISTS (
            SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'public' AND c.relname = month
        ) THEN
            EXECUTE format(
                'CREATE TABLE public.%I PARTITION OF public.temperature_reading '
                'FOR VALUES FROM (%L) TO (%L)',
                month, begins || ' 00:00:00+00', ends || ' 00:00:00+00'
            );
            EXECUTE format(
                'CREATE TRIGGER stays BEFORE UPDATE OR DELETE OR TRUNCATE ON public.%I '
                'FOR EACH STATEMENT EXECUTE FUNCTION public.temperature_month_stays()',
                month
            );
        END IF;
        RETURN month;
    END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("temperature", "0001_temperature"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Reading",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "probe_id",
                                "device_at",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("device_at", models.DateTimeField()),
                        ("value", models.FloatField(null=True)),
                        ("flags", models.PositiveSmallIntegerField(default=0)),
                        ("gateway_at", models.DateTimeField(null=True)),
                        ("received_at", models.DateTimeField()),
                        (
                            "intake",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="readings",
                                to="temperature.intake",
                            ),
                        ),
                        (
                            "probe",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="readings",
                                to="temperature.probe",
                            ),
                        ),
                    ],
                ),
            ],
            database_operations=[
                migrations.RunSQL(PARENT, "DROP TABLE public.temperature_reading"),
                migrations.RunSQL(STAYS, "DROP FUNCTION public.temperature_month_stays()"),
                migrations.RunSQL(MONTH, "DROP FUNCTION public.temperature_make_month(date)"),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reading",
            trigger=pgtrigger.compiler.Trigger(
                name="only_in_a_change",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            RETURN NULL;\n        ",
                    hash="2db163a70461ccffdd5621d7f5b76eb764d7c887",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_only_in_a_change_07a15",
                    table="temperature_reading",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reading",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'evidence is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ003';",
                    hash="f116893d18322305cae3779cfe04078fd97510a3",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_f985d",
                    table="temperature_reading",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reading",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                    hash="ee104df7b0e5b34b8e4e5260849947620815efbd",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_f5049",
                    table="temperature_reading",
                    when="BEFORE",
                ),
            ),
        ),
    ]
