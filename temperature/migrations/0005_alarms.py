"""Alarms, raised once while their cause goes on, and the times in which people silenced them."""

import datetime

import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from audit.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0009_how_far_seals_were_posted"),
        ("inventory", "0005_instruments"),
        ("temperature", "0004_sources_keep_their_secrets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("excursion", "Beyond a limit"),
                            ("gap", "No measurement"),
                            ("calibration", "Calibration past due"),
                            ("drill", "Drill"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("advisory", "Advisory"),
                            ("warning", "Warning"),
                            ("action", "Action"),
                            ("critical", "Critical"),
                        ],
                        max_length=8,
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                ("is_late", models.BooleanField(default=False)),
                ("told_from", models.DateTimeField()),
                ("escalated_to", models.PositiveSmallIntegerField(default=0)),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("comment", models.TextField(blank=True)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms_acknowledged",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "calibration",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="temperature.calibration",
                    ),
                ),
                (
                    "excursion",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="temperature.excursion",
                    ),
                ),
                (
                    "gap",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="temperature.gap",
                    ),
                ),
                (
                    "probe",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="temperature.probe",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="inventory.container",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AlarmPause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField()),
                ("began_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "alarm",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pauses",
                        to="temperature.alarm",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarm_pauses_ended",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "paused_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarm_pauses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarm_pauses",
                        to="inventory.container",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HistoricalAlarm",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("excursion", "Beyond a limit"),
                            ("gap", "No measurement"),
                            ("calibration", "Calibration past due"),
                            ("drill", "Drill"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("advisory", "Advisory"),
                            ("warning", "Warning"),
                            ("action", "Action"),
                            ("critical", "Critical"),
                        ],
                        max_length=8,
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                ("is_late", models.BooleanField(default=False)),
                ("told_from", models.DateTimeField()),
                ("escalated_to", models.PositiveSmallIntegerField(default=0)),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("comment", models.TextField(blank=True)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "calibration",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="temperature.calibration",
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
                (
                    "excursion",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="temperature.excursion",
                    ),
                ),
                (
                    "gap",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="temperature.gap",
                    ),
                ),
                (
                    "probe",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="temperature.probe",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="inventory.container",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical alarm",
                "verbose_name_plural": "historical alarms",
                "ordering": (),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalAlarmPause",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField()),
                ("began_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "alarm",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="temperature.alarm",
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "paused_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="inventory.container",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical alarm pause",
                "verbose_name_plural": "historical alarm pauses",
                "ordering": (),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        Together(
            operations=[
                migrations.AddIndex(
                    model_name="alarm",
                    index=models.Index(
                        fields=["unit", "-raised_at"], name="temperature_alarm_by_unit"
                    ),
                ),
                migrations.AddIndex(
                    model_name="alarm",
                    index=models.Index(fields=["-raised_at"], name="temperature_alarm_newest"),
                ),
                migrations.AddIndex(
                    model_name="alarm",
                    index=models.Index(
                        condition=models.Q(
                            ("acknowledged_at", None), ("resolved_at", None), _connector="OR"
                        ),
                        fields=["unit"],
                        name="temperature_alarm_waiting",
                    ),
                ),
                migrations.AddIndex(
                    model_name="alarmpause",
                    index=models.Index(
                        fields=["unit", "-began_at"], name="temperature_pause_by_unit"
                    ),
                ),
            ]
        ),
        Together(
            operations=[
                migrations.AddConstraint(
                    model_name="alarm",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("resolved_at__isnull", True)),
                        fields=("probe", "cause"),
                        name="temperature_one_open_alarm",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="alarm",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("calibration", None),
                                ("cause", "excursion"),
                                ("excursion__isnull", False),
                                ("gap", None),
                            ),
                            models.Q(
                                ("calibration", None),
                                ("cause", "gap"),
                                ("excursion", None),
                                ("gap__isnull", False),
                            ),
                            models.Q(
                                ("calibration__isnull", False),
                                ("cause", "calibration"),
                                ("excursion", None),
                                ("gap", None),
                            ),
                            models.Q(
                                ("calibration", None),
                                ("cause", "drill"),
                                ("excursion", None),
                                ("gap", None),
                            ),
                            _connector="OR",
                        ),
                        name="temperature_alarm_names_its_cause",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="alarm",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("acknowledged_at", None),
                                ("acknowledged_by", None),
                                ("comment", ""),
                            ),
                            models.Q(
                                ("acknowledged_at__isnull", False),
                                ("acknowledged_by__isnull", False),
                                models.Q(("comment", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="temperature_acknowledged_with_a_comment",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="alarm",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("resolved_at", None),
                            ("resolved_at__gte", models.F("raised_at")),
                            _connector="OR",
                        ),
                        name="temperature_alarm_resolved_after_raised",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="alarmpause",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("unit", "alarm"),
                        name="temperature_one_pause_at_a_time",
                        nulls_distinct=False,
                    ),
                ),
                migrations.AddConstraint(
                    model_name="alarmpause",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("until__gt", models.F("began_at")),
                            (
                                "until__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("began_at"),
                                    "+",
                                    models.Value(datetime.timedelta(seconds=14400)),
                                ),
                            ),
                        ),
                        name="temperature_pause_lasts_four_hours_at_most",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="alarmpause",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None),
                            ("ended_at__gte", models.F("began_at")),
                            _connector="OR",
                        ),
                        name="temperature_pause_ends_after_it_began",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="alarmpause",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="temperature_pause_has_a_reason",
                    ),
                ),
            ]
        ),
        Together(
            operations=[
                pgtrigger.migrations.AddTrigger(
                    model_name="alarm",
                    trigger=pgtrigger.compiler.Trigger(
                        name="only_in_a_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="da982da277c3064b93d7061818c0de868b257937",
                            level="STATEMENT",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_only_in_a_change_9b437",
                            table="temperature_alarm",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="alarm",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_at_commit",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            declare="DECLARE written jsonb;",
                            func="\n            IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN\n                RAISE EXCEPTION 'a record keeps its key: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';\n            END IF;\n            written := (CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) - ARRAY[]::text[];\n            IF NOT EXISTS (\n                SELECT 1\n                FROM public.temperature_historicalalarm h\n                JOIN public.audit_change c ON c.id = h.change_id + 0\n                WHERE h.id = (written->>'id')::bigint\n                  AND c.transaction_id = pg_current_xact_id()::text::bigint\n                  AND (TG_OP <> 'DELETE' OR h.history_type = '-')\n                  AND to_jsonb(h) - ARRAY['history_id', 'history_date', 'history_type', 'change_id']::text[] = written\n            ) THEN\n                RAISE EXCEPTION 'a changed row has no history row: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ002';\n            END IF;\n            RETURN NULL;\n            ",
                            hash="08cd7de8d22dc584471e541db93a561eff028cff",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_history_at_commit_c0f18",
                            table="temperature_alarm",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="alarm",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="b1536a9c3ec47ee4414d30d20da2e49029fa8c01",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_never_deleted_327b5",
                            table="temperature_alarm",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="alarm",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="21a0f0c5237b9ab067999b200cad5acaa352367b",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_20988",
                            table="temperature_alarm",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="alarmpause",
                    trigger=pgtrigger.compiler.Trigger(
                        name="only_in_a_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="9e625298876037273b8609a60300ba916f6222d7",
                            level="STATEMENT",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_only_in_a_change_5b3d0",
                            table="temperature_alarmpause",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="alarmpause",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_at_commit",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            declare="DECLARE written jsonb;",
                            func="\n            IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN\n                RAISE EXCEPTION 'a record keeps its key: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';\n            END IF;\n            written := (CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) - ARRAY[]::text[];\n            IF NOT EXISTS (\n                SELECT 1\n                FROM public.temperature_historicalalarmpause h\n                JOIN public.audit_change c ON c.id = h.change_id + 0\n                WHERE h.id = (written->>'id')::bigint\n                  AND c.transaction_id = pg_current_xact_id()::text::bigint\n                  AND (TG_OP <> 'DELETE' OR h.history_type = '-')\n                  AND to_jsonb(h) - ARRAY['history_id', 'history_date', 'history_type', 'change_id']::text[] = written\n            ) THEN\n                RAISE EXCEPTION 'a changed row has no history row: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ002';\n            END IF;\n            RETURN NULL;\n            ",
                            hash="afc65ca51ddeb3d9a643249da0c43e84018798a6",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_history_at_commit_4e291",
                            table="temperature_alarmpause",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="alarmpause",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="49d3d4b185917ecc5112756612909e6eff2c1859",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_never_deleted_d46b0",
                            table="temperature_alarmpause",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="alarmpause",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="b3bc2c803eef9a96da7c31fcaf4347ecb05a7a4f",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_0d0d1",
                            table="temperature_alarmpause",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="alarmpause",
                    trigger=pgtrigger.compiler.Trigger(
                        name="only_ended",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF OLD.ended_at IS NOT NULL\n                        OR ROW(NEW.unit_id, NEW.alarm_id, NEW.reason, NEW.began_at, NEW.until,\n                               NEW.paused_by_id)\n                        IS DISTINCT FROM ROW(OLD.unit_id, OLD.alarm_id, OLD.reason, OLD.began_at,\n                               OLD.until, OLD.paused_by_id)\n                    THEN\n                        RAISE EXCEPTION 'a pause is only ended, and once' USING ERRCODE = 'FZ003';\n                    END IF;\n                    RETURN NEW;\n                ",
                            hash="3a0b49089f11509951c7fce22f6e3ea7bbff991f",
                            operation="UPDATE",
                            pgid="pgtrigger_only_ended_d09b9",
                            table="temperature_alarmpause",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalalarm",
                    trigger=pgtrigger.compiler.Trigger(
                        name="stamped_with_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            NEW.change_id := current_setting('freezer.change_id')::bigint;\n            RETURN NEW;\n        ",
                            hash="499756535c43ca13ac8ccc532df96ec3562f5a7b",
                            operation="INSERT",
                            pgid="pgtrigger_stamped_with_change_75736",
                            table="temperature_historicalalarm",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalalarm",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'evidence is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ003';",
                            hash="4d5b31b67221ceb7d02efc0b85caf69e05eef286",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_20ae4",
                            table="temperature_historicalalarm",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalalarm",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="754ed178597ea6ecc5513696cd8e2d17b0eb4887",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_e40d9",
                            table="temperature_historicalalarm",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalalarmpause",
                    trigger=pgtrigger.compiler.Trigger(
                        name="stamped_with_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            NEW.change_id := current_setting('freezer.change_id')::bigint;\n            RETURN NEW;\n        ",
                            hash="a74a0aa70aa968f516e6384f365aff86607c0afa",
                            operation="INSERT",
                            pgid="pgtrigger_stamped_with_change_b5685",
                            table="temperature_historicalalarmpause",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalalarmpause",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'evidence is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ003';",
                            hash="ad6341c719b93365e0f0f3ef07f49e5424f7a0b4",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_66ec7",
                            table="temperature_historicalalarmpause",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalalarmpause",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="44620d30a78e2dc3985fdec6fb42d34cbe50a43b",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_d93ce",
                            table="temperature_historicalalarmpause",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
    ]
