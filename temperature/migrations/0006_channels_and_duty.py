"""Channels of alarms, where people are reached, and who is on call."""

import django.contrib.postgres.constraints
import django.db.models.deletion
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
        ("temperature", "0005_alarms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="ChannelOutage",
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
                        ("began_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("words", models.CharField(max_length=500)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ChannelState",
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
                        ("next_at", models.DateTimeField(db_index=True)),
                        ("tried_at", models.DateTimeField(blank=True, null=True)),
                        ("beat_at", models.DateTimeField(blank=True, null=True)),
                        ("failures", models.PositiveIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name="Contact",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("email", "E-mail"),
                                    ("webhook", "Webhook"),
                                    ("sms", "SMS gateway"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("address", models.CharField(blank=True, max_length=254)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalChannel",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(db_index=True, max_length=60)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("email", "E-mail"),
                                    ("webhook", "Webhook"),
                                    ("sms", "SMS gateway"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("rank", models.PositiveSmallIntegerField()),
                        ("settings", models.JSONField(default=dict)),
                        ("secret_set_at", models.DateTimeField(blank=True, null=True)),
                        ("try_every", models.DurationField()),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
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
                        "verbose_name": "historical channel",
                        "verbose_name_plural": "historical channels",
                        "ordering": (),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalChannelOutage",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        ("began_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("words", models.CharField(max_length=500)),
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
                        "verbose_name": "historical channel outage",
                        "verbose_name_plural": "historical channel outages",
                        "ordering": (),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalContact",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("email", "E-mail"),
                                    ("webhook", "Webhook"),
                                    ("sms", "SMS gateway"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("address", models.CharField(blank=True, max_length=254)),
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
                        "verbose_name": "historical contact",
                        "verbose_name_plural": "historical contacts",
                        "ordering": (),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalOnCall",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField()),
                        ("begins_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        ("is_withdrawn", models.BooleanField(default=False)),
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
                        "verbose_name": "historical on call",
                        "verbose_name_plural": "historical on calls",
                        "ordering": (),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="OnCall",
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
                        ("order", models.PositiveSmallIntegerField()),
                        ("begins_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        ("is_withdrawn", models.BooleanField(default=False)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Channel",
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
                        ("name", models.CharField(max_length=60, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("email", "E-mail"),
                                    ("webhook", "Webhook"),
                                    ("sms", "SMS gateway"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("rank", models.PositiveSmallIntegerField()),
                        ("settings", models.JSONField(default=dict)),
                        ("secret", models.TextField(blank=True)),
                        ("secret_set_at", models.DateTimeField(blank=True, null=True)),
                        ("try_every", models.DurationField()),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=("rank",),
                                name="temperature_one_channel_of_each_rank",
                            )
                        ],
                    },
                ),
            ]
        ),
        Together(
            operations=[
                migrations.AddField(
                    model_name="channeloutage",
                    name="channel",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outages",
                        to="temperature.channel",
                    ),
                ),
                migrations.AddField(
                    model_name="channelstate",
                    name="channel",
                    field=models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="state",
                        to="temperature.channel",
                    ),
                ),
                migrations.AddField(
                    model_name="contact",
                    name="person",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarm_contacts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="historicalchannel",
                    name="change",
                    field=models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
                migrations.AddField(
                    model_name="historicalchanneloutage",
                    name="change",
                    field=models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
                migrations.AddField(
                    model_name="historicalchanneloutage",
                    name="channel",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="temperature.channel",
                    ),
                ),
                migrations.AddField(
                    model_name="historicalcontact",
                    name="change",
                    field=models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
                migrations.AddField(
                    model_name="historicalcontact",
                    name="person",
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
                    model_name="historicaloncall",
                    name="change",
                    field=models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
                migrations.AddField(
                    model_name="historicaloncall",
                    name="person",
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
                    model_name="historicaloncall",
                    name="site",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="inventory.site",
                    ),
                ),
                migrations.AddField(
                    model_name="oncall",
                    name="person",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="oncall",
                    name="site",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duties",
                        to="inventory.site",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="channeloutage",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("channel",),
                        name="temperature_one_open_outage",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="channeloutage",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            ("ended_at__gte", models.F("began_at")),
                            _connector="OR",
                        ),
                        name="temperature_outage_ends_after_it_began",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="contact",
                    constraint=models.UniqueConstraint(
                        fields=("person", "kind"), name="temperature_one_contact_of_a_kind"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="contact",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("kind__in", ["email", "sms"])),
                        name="temperature_contact_of_a_kind_with_addresses",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="oncall",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("begins_at"))),
                        name="temperature_duty_ends_after_it_began",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="oncall",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("is_withdrawn", False)),
                        expressions=[
                            (
                                models.Func(
                                    models.F("site"),
                                    models.F("site"),
                                    models.Value("[]"),
                                    function="int8range",
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("order"),
                                    models.F("order"),
                                    models.Value("[]"),
                                    function="int4range",
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("begins_at"), models.F("ends_at"), function="tstzrange"
                                ),
                                "&&",
                            ),
                        ],
                        name="temperature_one_person_on_call_for_an_order",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="channel",
                    trigger=pgtrigger.compiler.Trigger(
                        name="only_in_a_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="b19eb30fed3eb3f7b5beb6c4cf8e9be42d4dc056",
                            level="STATEMENT",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_only_in_a_change_af18b",
                            table="temperature_channel",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="channel",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_at_commit",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            declare="DECLARE written jsonb;",
                            func="\n            IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN\n                RAISE EXCEPTION 'a record keeps its key: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';\n            END IF;\n            written := (CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) - ARRAY['secret']::text[];\n            IF NOT EXISTS (\n                SELECT 1\n                FROM public.temperature_historicalchannel h\n                JOIN public.audit_change c ON c.id = h.change_id + 0\n                WHERE h.id = (written->>'id')::bigint\n                  AND c.transaction_id = pg_current_xact_id()::text::bigint\n                  AND (TG_OP <> 'DELETE' OR h.history_type = '-')\n                  AND to_jsonb(h) - ARRAY['history_id', 'history_date', 'history_type', 'change_id']::text[] = written\n            ) THEN\n                RAISE EXCEPTION 'a changed row has no history row: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ002';\n            END IF;\n            RETURN NULL;\n            ",
                            hash="96c10201b29bb68445e8762f36b62622585cccfd",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_history_at_commit_85b5e",
                            table="temperature_channel",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="channel",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="47bbd2984ec3b0564ca3a8ef34381f948202fd88",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_never_deleted_6c269",
                            table="temperature_channel",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="channel",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="aeeb32309d4528c51bd63dda7bde8332221a9525",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_e0b2d",
                            table="temperature_channel",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="channeloutage",
                    trigger=pgtrigger.compiler.Trigger(
                        name="only_in_a_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="e067dcb28a90d561474f9d6e0938242af7d0728c",
                            level="STATEMENT",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_only_in_a_change_09c25",
                            table="temperature_channeloutage",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="channeloutage",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_at_commit",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            declare="DECLARE written jsonb;",
                            func="\n            IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN\n                RAISE EXCEPTION 'a record keeps its key: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';\n            END IF;\n            written := (CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) - ARRAY[]::text[];\n            IF NOT EXISTS (\n                SELECT 1\n                FROM public.temperature_historicalchanneloutage h\n                JOIN public.audit_change c ON c.id = h.change_id + 0\n                WHERE h.id = (written->>'id')::bigint\n                  AND c.transaction_id = pg_current_xact_id()::text::bigint\n                  AND (TG_OP <> 'DELETE' OR h.history_type = '-')\n                  AND to_jsonb(h) - ARRAY['history_id', 'history_date', 'history_type', 'change_id']::text[] = written\n            ) THEN\n                RAISE EXCEPTION 'a changed row has no history row: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ002';\n            END IF;\n            RETURN NULL;\n            ",
                            hash="715be975d88f8be7b2b332edf32f3591f1553d80",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_history_at_commit_8599c",
                            table="temperature_channeloutage",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="channeloutage",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="2c30f68cd148651b844acf017d09c398f25cb8f0",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_never_deleted_fa726",
                            table="temperature_channeloutage",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="channeloutage",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="29f18eb925f3bb034300a0d1afaabbfb58f835f5",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_90b4f",
                            table="temperature_channeloutage",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contact",
                    trigger=pgtrigger.compiler.Trigger(
                        name="only_in_a_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="d30e00fdc992305816d0ccba6558cf7e84d881b9",
                            level="STATEMENT",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_only_in_a_change_3af86",
                            table="temperature_contact",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contact",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_at_commit",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            declare="DECLARE written jsonb;",
                            func="\n            IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN\n                RAISE EXCEPTION 'a record keeps its key: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';\n            END IF;\n            written := (CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) - ARRAY[]::text[];\n            IF NOT EXISTS (\n                SELECT 1\n                FROM public.temperature_historicalcontact h\n                JOIN public.audit_change c ON c.id = h.change_id + 0\n                WHERE h.id = (written->>'id')::bigint\n                  AND c.transaction_id = pg_current_xact_id()::text::bigint\n                  AND (TG_OP <> 'DELETE' OR h.history_type = '-')\n                  AND to_jsonb(h) - ARRAY['history_id', 'history_date', 'history_type', 'change_id']::text[] = written\n            ) THEN\n                RAISE EXCEPTION 'a changed row has no history row: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ002';\n            END IF;\n            RETURN NULL;\n            ",
                            hash="c04c014762aea90b7a3417750f28cc5e779df29a",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_history_at_commit_302aa",
                            table="temperature_contact",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contact",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="f9083f1cc8e63c8bfd43d7be2e164d3c51beb81d",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_never_deleted_afb9f",
                            table="temperature_contact",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contact",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="41dc6662b5da6cb404213a1725326968cb377173",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_4c0fe",
                            table="temperature_contact",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalchannel",
                    trigger=pgtrigger.compiler.Trigger(
                        name="stamped_with_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            NEW.change_id := current_setting('freezer.change_id')::bigint;\n            RETURN NEW;\n        ",
                            hash="dd40fc1064e7f5570f9573e0bad1988ff6801f55",
                            operation="INSERT",
                            pgid="pgtrigger_stamped_with_change_ca0d5",
                            table="temperature_historicalchannel",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalchannel",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'evidence is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ003';",
                            hash="7a1324cfce2d57df3d7aee6e8afba5c1d55d8507",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_c7569",
                            table="temperature_historicalchannel",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalchannel",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="fbc24e91065af1cf786a3e5953017ae1e1328194",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_539bc",
                            table="temperature_historicalchannel",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalchanneloutage",
                    trigger=pgtrigger.compiler.Trigger(
                        name="stamped_with_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            NEW.change_id := current_setting('freezer.change_id')::bigint;\n            RETURN NEW;\n        ",
                            hash="7316fbe33172e0abb428f163b784f9269e30d88a",
                            operation="INSERT",
                            pgid="pgtrigger_stamped_with_change_41a55",
                            table="temperature_historicalchanneloutage",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalchanneloutage",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'evidence is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ003';",
                            hash="bf2f3f8f632c758ba7d043270a7e0ae1354c08c8",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_4ca0a",
                            table="temperature_historicalchanneloutage",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalchanneloutage",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="5e7dd54cbe5acbf3b35defbb2614a6951b28cbb6",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_0b1de",
                            table="temperature_historicalchanneloutage",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalcontact",
                    trigger=pgtrigger.compiler.Trigger(
                        name="stamped_with_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            NEW.change_id := current_setting('freezer.change_id')::bigint;\n            RETURN NEW;\n        ",
                            hash="eb1cfe6b997a4bda937f85dbf36114f5f9ee34f7",
                            operation="INSERT",
                            pgid="pgtrigger_stamped_with_change_abe0c",
                            table="temperature_historicalcontact",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalcontact",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'evidence is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ003';",
                            hash="3d636f35dc6712936bc7780194a12208cb105001",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_4b361",
                            table="temperature_historicalcontact",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalcontact",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="162c588d8272b98fc9224b9ae736a51d84cbd9a1",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_6f4bc",
                            table="temperature_historicalcontact",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicaloncall",
                    trigger=pgtrigger.compiler.Trigger(
                        name="stamped_with_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            NEW.change_id := current_setting('freezer.change_id')::bigint;\n            RETURN NEW;\n        ",
                            hash="5e8da3b560150ce86eb36164815e4be83218e01f",
                            operation="INSERT",
                            pgid="pgtrigger_stamped_with_change_fc319",
                            table="temperature_historicaloncall",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicaloncall",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'evidence is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ003';",
                            hash="97df275fd3f5d02057697fe55bc01af4fd35cf01",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_6cb20",
                            table="temperature_historicaloncall",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicaloncall",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="ee2d47d2c8e6efa19dd4d088f1ec80da538ae295",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_bd73f",
                            table="temperature_historicaloncall",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="oncall",
                    trigger=pgtrigger.compiler.Trigger(
                        name="only_in_a_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="f995914ea06721aa817f79edf95a181e757b5fe9",
                            level="STATEMENT",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_only_in_a_change_124b6",
                            table="temperature_oncall",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="oncall",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_at_commit",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            declare="DECLARE written jsonb;",
                            func="\n            IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN\n                RAISE EXCEPTION 'a record keeps its key: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';\n            END IF;\n            written := (CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) - ARRAY[]::text[];\n            IF NOT EXISTS (\n                SELECT 1\n                FROM public.temperature_historicaloncall h\n                JOIN public.audit_change c ON c.id = h.change_id + 0\n                WHERE h.id = (written->>'id')::bigint\n                  AND c.transaction_id = pg_current_xact_id()::text::bigint\n                  AND (TG_OP <> 'DELETE' OR h.history_type = '-')\n                  AND to_jsonb(h) - ARRAY['history_id', 'history_date', 'history_type', 'change_id']::text[] = written\n            ) THEN\n                RAISE EXCEPTION 'a changed row has no history row: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ002';\n            END IF;\n            RETURN NULL;\n            ",
                            hash="5569b2f174a86c768ed070f0733ac1359e89f8a5",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_history_at_commit_006d3",
                            table="temperature_oncall",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="oncall",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="d8986cc893f761d5a0695794778ef73174f4cd6d",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_never_deleted_c7179",
                            table="temperature_oncall",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="oncall",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="1a9b2eb0bb461dc992f8208b59013caf262877ac",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_60929",
                            table="temperature_oncall",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
    ]
