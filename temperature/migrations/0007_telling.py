"""Rules of telling, each step and message of an escalation, drills, and marks of work."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from audit.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0010_events_of_the_watchdog"),
        ("inventory", "0005_instruments"),
        ("temperature", "0006_channels_and_duty"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="WorkMark",
                    fields=[
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("judging", "Judging readings and silence"),
                                    ("telling", "Telling people"),
                                    ("watching", "Watching over both"),
                                ],
                                max_length=10,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("done_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Drill",
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
                        (
                            "alarm",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drill",
                                to="temperature.alarm",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drills",
                                to="inventory.site",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalDrill",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
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
                            "site",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inventory.site",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical drill",
                        "verbose_name_plural": "historical drills",
                        "ordering": (),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalTelling",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        ("told_from", models.DateTimeField()),
                        ("step", models.PositiveSmallIntegerField()),
                        ("order", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("at", models.DateTimeField()),
                        ("words", models.CharField(blank=True, max_length=500)),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
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
                    ],
                    options={
                        "verbose_name": "historical telling",
                        "verbose_name_plural": "historical tellings",
                        "ordering": (),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalTellingRules",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(db_index=True)),
                        ("critical_minutes", models.PositiveSmallIntegerField(default=5)),
                        ("action_minutes", models.PositiveSmallIntegerField(default=10)),
                        ("warning_minutes", models.PositiveSmallIntegerField(default=30)),
                        ("repeat_minutes", models.PositiveSmallIntegerField(default=60)),
                        ("drill_days", models.PositiveSmallIntegerField(default=7)),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
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
                    ],
                    options={
                        "verbose_name": "historical telling rules",
                        "verbose_name_plural": "historical telling ruless",
                        "ordering": (),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="Telling",
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
                        ("told_from", models.DateTimeField()),
                        ("step", models.PositiveSmallIntegerField()),
                        ("order", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("at", models.DateTimeField()),
                        ("words", models.CharField(blank=True, max_length=500)),
                        (
                            "alarm",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tellings",
                                to="temperature.alarm",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Notification",
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
                        ("to", models.CharField(blank=True, max_length=254)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("queued", "Waits to be sent"),
                                    ("sent", "Taken by the channel"),
                                    ("arrived", "Arrived"),
                                    ("failed", "Failed"),
                                ],
                                default="queued",
                                max_length=8,
                            ),
                        ),
                        ("tries", models.PositiveIntegerField(default=0)),
                        ("last_error", models.CharField(blank=True, max_length=500)),
                        ("next_try_at", models.DateTimeField()),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "channel",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notifications",
                                to="temperature.channel",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="alarm_notifications",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "stands_in_for",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stand_in",
                                to="temperature.notification",
                            ),
                        ),
                        (
                            "telling",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notifications",
                                to="temperature.telling",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalNotification",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        ("to", models.CharField(blank=True, max_length=254)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("queued", "Waits to be sent"),
                                    ("sent", "Taken by the channel"),
                                    ("arrived", "Arrived"),
                                    ("failed", "Failed"),
                                ],
                                default="queued",
                                max_length=8,
                            ),
                        ),
                        ("tries", models.PositiveIntegerField(default=0)),
                        ("last_error", models.CharField(blank=True, max_length=500)),
                        ("next_try_at", models.DateTimeField()),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                                max_length=1,
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
                            "channel",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="temperature.channel",
                            ),
                        ),
                        (
                            "person",
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
                            "stands_in_for",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="temperature.notification",
                            ),
                        ),
                        (
                            "telling",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="temperature.telling",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical notification",
                        "verbose_name_plural": "historical notifications",
                        "ordering": (),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="TellingRules",
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
                        ("version", models.PositiveIntegerField(unique=True)),
                        ("critical_minutes", models.PositiveSmallIntegerField(default=5)),
                        ("action_minutes", models.PositiveSmallIntegerField(default=10)),
                        ("warning_minutes", models.PositiveSmallIntegerField(default=30)),
                        ("repeat_minutes", models.PositiveSmallIntegerField(default=60)),
                        ("drill_days", models.PositiveSmallIntegerField(default=7)),
                    ],
                    options={
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("action_minutes__range", (1, 60)),
                                    ("critical_minutes__range", (1, 30)),
                                    ("drill_days__range", (1, 31)),
                                    ("repeat_minutes__range", (5, 240)),
                                    ("warning_minutes__range", (1, 240)),
                                ),
                                name="temperature_rules_of_telling_in_bounds",
                            )
                        ],
                    },
                ),
            ]
        ),
        Together(
            operations=[
                migrations.AddIndex(
                    model_name="drill",
                    index=models.Index(
                        fields=["site", "-started_at"], name="temperature_drills_of_site"
                    ),
                ),
                migrations.AddIndex(
                    model_name="notification",
                    index=models.Index(
                        condition=models.Q(("status__in", ["queued", "failed"])),
                        fields=["next_try_at"],
                        name="temperature_messages_to_send",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="telling",
                    constraint=models.UniqueConstraint(
                        fields=("alarm", "told_from", "step"), name="temperature_each_step_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="notification",
                    constraint=models.UniqueConstraint(
                        fields=("telling", "person", "channel"),
                        name="temperature_each_message_once",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="tellingrules",
                    trigger=pgtrigger.compiler.Trigger(
                        name="only_in_a_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="075a01818b511b68e13bc7db2cad43cb2eccc949",
                            level="STATEMENT",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_only_in_a_change_cd060",
                            table="temperature_tellingrules",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="tellingrules",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_at_commit",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            declare="DECLARE written jsonb;",
                            func="\n            IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN\n                RAISE EXCEPTION 'a record keeps its key: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';\n            END IF;\n            written := (CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) - ARRAY[]::text[];\n            IF NOT EXISTS (\n                SELECT 1\n                FROM public.temperature_historicaltellingrules h\n                JOIN public.audit_change c ON c.id = h.change_id + 0\n                WHERE h.id = (written->>'id')::bigint\n                  AND c.transaction_id = pg_current_xact_id()::text::bigint\n                  AND (TG_OP <> 'DELETE' OR h.history_type = '-')\n                  AND to_jsonb(h) - ARRAY['history_id', 'history_date', 'history_type', 'change_id']::text[] = written\n            ) THEN\n                RAISE EXCEPTION 'a changed row has no history row: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ002';\n            END IF;\n            RETURN NULL;\n            ",
                            hash="e93e8a09d59e8fe47ff650d2d9eff87ab9dc3ddd",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_history_at_commit_cdbb8",
                            table="temperature_tellingrules",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="tellingrules",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="cf14211230445cafa2088cefba50d4fc5e6ff5d1",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_never_deleted_3206c",
                            table="temperature_tellingrules",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="tellingrules",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="89617339d12e2dd97dcc2bf35968877754490c51",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_49a02",
                            table="temperature_tellingrules",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="tellingrules",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_rewritten",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'a version of rules is never rewritten' USING ERRCODE = 'FZ003';",
                            hash="29805ffa57344bd9417d8a85be8a61b82e8f338e",
                            operation="UPDATE",
                            pgid="pgtrigger_never_rewritten_fa6aa",
                            table="temperature_tellingrules",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="drill",
                    trigger=pgtrigger.compiler.Trigger(
                        name="only_in_a_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="1cd7feabc9bae1991cf1a9b18bc86b43921065e6",
                            level="STATEMENT",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_only_in_a_change_937ac",
                            table="temperature_drill",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="drill",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_at_commit",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            declare="DECLARE written jsonb;",
                            func="\n            IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN\n                RAISE EXCEPTION 'a record keeps its key: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';\n            END IF;\n            written := (CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) - ARRAY[]::text[];\n            IF NOT EXISTS (\n                SELECT 1\n                FROM public.temperature_historicaldrill h\n                JOIN public.audit_change c ON c.id = h.change_id + 0\n                WHERE h.id = (written->>'id')::bigint\n                  AND c.transaction_id = pg_current_xact_id()::text::bigint\n                  AND (TG_OP <> 'DELETE' OR h.history_type = '-')\n                  AND to_jsonb(h) - ARRAY['history_id', 'history_date', 'history_type', 'change_id']::text[] = written\n            ) THEN\n                RAISE EXCEPTION 'a changed row has no history row: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ002';\n            END IF;\n            RETURN NULL;\n            ",
                            hash="552b742994c0f8a381ab2fae8d8bf5639f596f90",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_history_at_commit_86bf3",
                            table="temperature_drill",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="drill",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="252f7bb328c1d07f0a07308532946d9ded1e9954",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_never_deleted_17037",
                            table="temperature_drill",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="drill",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="4088119f07cf52bfcc686fcc4af8ac3ec1e92128",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_6a2ee",
                            table="temperature_drill",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicaldrill",
                    trigger=pgtrigger.compiler.Trigger(
                        name="stamped_with_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            NEW.change_id := current_setting('freezer.change_id')::bigint;\n            RETURN NEW;\n        ",
                            hash="0f3fa538435d5a84f217bf148618f27699a2c940",
                            operation="INSERT",
                            pgid="pgtrigger_stamped_with_change_75b48",
                            table="temperature_historicaldrill",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicaldrill",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'evidence is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ003';",
                            hash="4dd73e3195bb48d7bdd2b8d04f971423898a628f",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_3c979",
                            table="temperature_historicaldrill",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicaldrill",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="cdf638cdd49d2167d04bccc4fd3953c2934b57fc",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_d996a",
                            table="temperature_historicaldrill",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicaltelling",
                    trigger=pgtrigger.compiler.Trigger(
                        name="stamped_with_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            NEW.change_id := current_setting('freezer.change_id')::bigint;\n            RETURN NEW;\n        ",
                            hash="0ea1830f110a08fb9f914353bf4f7a53c5f25eec",
                            operation="INSERT",
                            pgid="pgtrigger_stamped_with_change_7d8e9",
                            table="temperature_historicaltelling",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicaltelling",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'evidence is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ003';",
                            hash="fec2f7a62b87100f0c051c0a576a6eaf1ce73b33",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_55b74",
                            table="temperature_historicaltelling",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicaltelling",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="9ba469071d12a84f5dbc42578ec72110145dd36a",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_ee4dc",
                            table="temperature_historicaltelling",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicaltellingrules",
                    trigger=pgtrigger.compiler.Trigger(
                        name="stamped_with_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            NEW.change_id := current_setting('freezer.change_id')::bigint;\n            RETURN NEW;\n        ",
                            hash="b14f47f2c5bb83ad66a2d1346d5844837e0bb318",
                            operation="INSERT",
                            pgid="pgtrigger_stamped_with_change_b494e",
                            table="temperature_historicaltellingrules",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicaltellingrules",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'evidence is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ003';",
                            hash="4988ce621f229eb4806c9b83b90616f811fc2a88",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_1bf87",
                            table="temperature_historicaltellingrules",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicaltellingrules",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="853a7f08074c73ae9b4b2f4cb143af180c493270",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_4262f",
                            table="temperature_historicaltellingrules",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="telling",
                    trigger=pgtrigger.compiler.Trigger(
                        name="only_in_a_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="167758679e0e94df2f6fb7c95ba3055e4e0b0f3c",
                            level="STATEMENT",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_only_in_a_change_2c9cb",
                            table="temperature_telling",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="telling",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_at_commit",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            declare="DECLARE written jsonb;",
                            func="\n            IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN\n                RAISE EXCEPTION 'a record keeps its key: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';\n            END IF;\n            written := (CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) - ARRAY[]::text[];\n            IF NOT EXISTS (\n                SELECT 1\n                FROM public.temperature_historicaltelling h\n                JOIN public.audit_change c ON c.id = h.change_id + 0\n                WHERE h.id = (written->>'id')::bigint\n                  AND c.transaction_id = pg_current_xact_id()::text::bigint\n                  AND (TG_OP <> 'DELETE' OR h.history_type = '-')\n                  AND to_jsonb(h) - ARRAY['history_id', 'history_date', 'history_type', 'change_id']::text[] = written\n            ) THEN\n                RAISE EXCEPTION 'a changed row has no history row: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ002';\n            END IF;\n            RETURN NULL;\n            ",
                            hash="b661fcb172aa86072bb10977d8dc922014608bcb",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_history_at_commit_c0464",
                            table="temperature_telling",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="telling",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="29561dc6acd3d10f792b88f5aa8a59bd9e65cf45",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_never_deleted_f6ff8",
                            table="temperature_telling",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="telling",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="ecdc9880a7c0d09dd3a97bda319da6f1d4bc4a1e",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_98370",
                            table="temperature_telling",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="notification",
                    trigger=pgtrigger.compiler.Trigger(
                        name="only_in_a_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="321663c645f0d8a11228b1d46f36aadc771e630b",
                            level="STATEMENT",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_only_in_a_change_0c0a9",
                            table="temperature_notification",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="notification",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_at_commit",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            declare="DECLARE written jsonb;",
                            func="\n            IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN\n                RAISE EXCEPTION 'a record keeps its key: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';\n            END IF;\n            written := (CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) - ARRAY[]::text[];\n            IF NOT EXISTS (\n                SELECT 1\n                FROM public.temperature_historicalnotification h\n                JOIN public.audit_change c ON c.id = h.change_id + 0\n                WHERE h.id = (written->>'id')::bigint\n                  AND c.transaction_id = pg_current_xact_id()::text::bigint\n                  AND (TG_OP <> 'DELETE' OR h.history_type = '-')\n                  AND to_jsonb(h) - ARRAY['history_id', 'history_date', 'history_type', 'change_id']::text[] = written\n            ) THEN\n                RAISE EXCEPTION 'a changed row has no history row: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ002';\n            END IF;\n            RETURN NULL;\n            ",
                            hash="1b336218cb25dbe70d8b70429135e5e3ce813c08",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_history_at_commit_ae43f",
                            table="temperature_notification",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="notification",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="b705ca1bd3ed2ee0887e482d96b5a7329fdae4ef",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_never_deleted_3afae",
                            table="temperature_notification",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="notification",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="b882628b5c3294f062fccd8e365a98cb8e13ab6e",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_8ff13",
                            table="temperature_notification",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalnotification",
                    trigger=pgtrigger.compiler.Trigger(
                        name="stamped_with_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            NEW.change_id := current_setting('freezer.change_id')::bigint;\n            RETURN NEW;\n        ",
                            hash="d41e9ffc5edec63dae82b2eab892cb381cf7d40d",
                            operation="INSERT",
                            pgid="pgtrigger_stamped_with_change_b3654",
                            table="temperature_historicalnotification",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalnotification",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'evidence is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ003';",
                            hash="f0aa6e14416f80b25be0ed783a44cce462815f67",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_38fc4",
                            table="temperature_historicalnotification",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalnotification",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="135ab302ba6e122d36fdebcbe17f60d32b38b486",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_81f6a",
                            table="temperature_historicalnotification",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
    ]
