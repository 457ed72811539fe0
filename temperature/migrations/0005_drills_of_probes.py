"""Drills that begin at a probe, and how long one may take."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from audit.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_trail"),
        ("inventory", "0001_storage"),
        ("temperature", "0004_alarms_about_vials"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="HistoricalProbeDrill",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("until", models.DateTimeField()),
                        ("read_at", models.DateTimeField(blank=True, null=True)),
                        ("raised_at", models.DateTimeField(blank=True, null=True)),
                        ("told_at", models.DateTimeField(blank=True, null=True)),
                        ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "result",
                            models.CharField(
                                blank=True,
                                choices=[("passed", "Passed"), ("failed", "Failed")],
                                max_length=6,
                            ),
                        ),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical probe drill",
                        "verbose_name_plural": "historical probe drills",
                        "ordering": (),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="ProbeDrill",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("until", models.DateTimeField()),
                        ("read_at", models.DateTimeField(blank=True, null=True)),
                        ("raised_at", models.DateTimeField(blank=True, null=True)),
                        ("told_at", models.DateTimeField(blank=True, null=True)),
                        ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "result",
                            models.CharField(
                                blank=True,
                                choices=[("passed", "Passed"), ("failed", "Failed")],
                                max_length=6,
                            ),
                        ),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
            ]
        ),
        migrations.RemoveConstraint(
            model_name="tellingrules",
            name="temperature_rules_of_telling_in_bounds",
        ),
        Together(
            operations=[
                migrations.AddField(
                    model_name="historicaltellingrules",
                    name="probe_drill_minutes",
                    field=models.PositiveSmallIntegerField(db_default=30, default=30),
                ),
                migrations.AddField(
                    model_name="tellingrules",
                    name="probe_drill_minutes",
                    field=models.PositiveSmallIntegerField(db_default=30, default=30),
                ),
                migrations.AddField(
                    model_name="historicalprobedrill",
                    name="acknowledged_by",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="historicalprobedrill",
                    name="alarm",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="temperature.alarm",
                    ),
                ),
                migrations.AddField(
                    model_name="historicalprobedrill",
                    name="change",
                    field=models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
                migrations.AddField(
                    model_name="historicalprobedrill",
                    name="excursion",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="temperature.excursion",
                    ),
                ),
                migrations.AddField(
                    model_name="historicalprobedrill",
                    name="probe",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="temperature.probe",
                    ),
                ),
                migrations.AddField(
                    model_name="historicalprobedrill",
                    name="started_by",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="historicalprobedrill",
                    name="unit",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="inventory.container",
                    ),
                ),
                migrations.AddField(
                    model_name="probedrill",
                    name="acknowledged_by",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="probe_drills_acknowledged",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="probedrill",
                    name="alarm",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="probe_drills",
                        to="temperature.alarm",
                    ),
                ),
                migrations.AddField(
                    model_name="probedrill",
                    name="excursion",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="probe_drills",
                        to="temperature.excursion",
                    ),
                ),
                migrations.AddField(
                    model_name="probedrill",
                    name="probe",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drills",
                        to="temperature.probe",
                    ),
                ),
                migrations.AddField(
                    model_name="probedrill",
                    name="started_by",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="probe_drills_started",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="probedrill",
                    name="unit",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="probe_drills",
                        to="inventory.container",
                    ),
                ),
                migrations.AddIndex(
                    model_name="probedrill",
                    index=models.Index(
                        fields=["probe", "-started_at"], name="temperature_drills_of_probe"
                    ),
                ),
                migrations.AddIndex(
                    model_name="probedrill",
                    index=models.Index(
                        fields=["unit", "-started_at"], name="temperature_drills_in_unit"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="tellingrules",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("action_minutes__range", (1, 60)),
                            ("critical_minutes__range", (1, 30)),
                            ("drill_days__range", (1, 31)),
                            ("probe_drill_minutes__range", (5, 240)),
                            ("repeat_minutes__range", (5, 240)),
                            ("warning_minutes__range", (1, 240)),
                        ),
                        name="temperature_rules_of_telling_in_bounds",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="probedrill",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("probe",),
                        name="temperature_one_drill_of_a_probe",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="probedrill",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("result", "")),
                            models.Q(
                                ("ended_at__isnull", False), models.Q(("result", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="temperature_probe_drill_ends_with_a_result",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="probedrill",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("result", "passed"), _negated=True),
                            models.Q(
                                ("acknowledged_by__isnull", False),
                                ("alarm__isnull", False),
                                ("excursion__isnull", False),
                                ("raised_at__gte", models.F("started_at")),
                                ("read_at__gte", models.F("started_at")),
                                ("acknowledged_at__gte", models.F("told_at")),
                                ("told_at__gte", models.F("raised_at")),
                                ("acknowledged_at__lte", models.F("until")),
                            ),
                            _connector="OR",
                        ),
                        name="temperature_probe_drill_passed_by_evidence",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalprobedrill",
                    trigger=pgtrigger.compiler.Trigger(
                        name="stamped_with_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            NEW.change_id := current_setting('freezer.change_id')::bigint;\n            RETURN NEW;\n        ",
                            hash="331741cafc13a0b1ef3fd3b1a1ffb05aa8cabff6",
                            operation="INSERT",
                            pgid="pgtrigger_stamped_with_change_8bb74",
                            table="temperature_historicalprobedrill",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalprobedrill",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'evidence is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ003';",
                            hash="085fceb35004015ca00ac087f96c86d8d9f8860a",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_938c6",
                            table="temperature_historicalprobedrill",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalprobedrill",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="e2c2b8779caed46e5866256115f760e600f5211b",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_9b92f",
                            table="temperature_historicalprobedrill",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="probedrill",
                    trigger=pgtrigger.compiler.Trigger(
                        name="only_in_a_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="e8f140d3844b2eb01e661dba275ae3567e1da3ef",
                            level="STATEMENT",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_only_in_a_change_e9bb9",
                            table="temperature_probedrill",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="probedrill",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_at_commit",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            declare="DECLARE written jsonb;",
                            func="\n            IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN\n                RAISE EXCEPTION 'a record keeps its key: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';\n            END IF;\n            written := (CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) - ARRAY[]::text[];\n            IF NOT EXISTS (\n                SELECT 1\n                FROM public.temperature_historicalprobedrill h\n                JOIN public.audit_change c ON c.id = h.change_id + 0\n                WHERE h.id = (written->>'id')::bigint\n                  AND c.transaction_id = pg_current_xact_id()::text::bigint\n                  AND (TG_OP <> 'DELETE' OR h.history_type = '-')\n                  AND to_jsonb(h) - ARRAY['history_id', 'history_date', 'history_type', 'change_id']::text[] = written\n            ) THEN\n                RAISE EXCEPTION 'a changed row has no history row: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ002';\n            END IF;\n            RETURN NULL;\n            ",
                            hash="1004581dcbeabb7bd0b2f5c9320527a8ade66ee7",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_history_at_commit_2846c",
                            table="temperature_probedrill",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="probedrill",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="4fe2774ab3c17003a86d8d3d0d51768880d57185",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_never_deleted_00a9a",
                            table="temperature_probedrill",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="probedrill",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="5c22e4417f20b7da36fa96c40eda1a636dc65ac1",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_a9944",
                            table="temperature_probedrill",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="probedrill",
                    trigger=pgtrigger.compiler.Trigger(
                        name="ended_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF OLD.ended_at IS NOT NULL\n                        OR ROW(NEW.probe_id, NEW.unit_id, NEW.started_at, NEW.started_by_id,\n                               NEW.until)\n                        IS DISTINCT FROM ROW(OLD.probe_id, OLD.unit_id, OLD.started_at,\n                               OLD.started_by_id, OLD.until)\n                    THEN\n                        RAISE EXCEPTION 'a drill is only followed, and ends once'\n                            USING ERRCODE = 'FZ003';\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="0d4835ae321c4f20c866ae467424ff9c74689784",
                            operation="UPDATE",
                            pgid="pgtrigger_ended_once_575f5",
                            table="temperature_probedrill",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
    ]
