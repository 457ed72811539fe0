"""Emptying a unit that fails, rack by rack, and confirming where each rack stands."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from audit.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_worker_of_alarms"),
        ("custody", "0013_warmth_is_evaluated"),
        ("inventory", "0001_storage"),
        ("sop", "0002_gaps_open_deviations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            operations=[
                migrations.AlterField(
                    model_name="custodyevent",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("registered", "Registered"),
                            ("received", "Received"),
                            ("placed", "Placed in storage"),
                            ("moved", "Moved"),
                            ("moved_with_container", "Moved with its container"),
                            ("place_confirmed", "Place of its container confirmed"),
                            ("claimed", "Claimed for a retrieval"),
                            ("claim_released", "Claim released"),
                            ("checked_out", "Checked out"),
                            ("put_back", "Put back"),
                            ("packed", "Packed"),
                            ("handed_over", "Handed over"),
                            ("arrived", "Arrived"),
                            ("administered", "Administered"),
                            ("returned", "Returned"),
                            ("consumed", "Used up in QC"),
                            ("discarded", "Discarded"),
                            ("transferred", "Transferred away"),
                            ("went_missing", "Reported missing"),
                            ("found", "Found again"),
                            ("counted", "Counted at its place"),
                            ("split", "Split into parts"),
                            ("made_by_split", "Made by a split"),
                            ("relabelled", "Relabelled"),
                            ("held", "Held"),
                            ("hold_released", "Hold released"),
                            ("quality_decided", "Quality decided"),
                            ("expired", "Expired"),
                        ],
                        max_length=24,
                    ),
                ),
                migrations.CreateModel(
                    name="Emptying",
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
                        ("reason", models.TextField()),
                        ("begun_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("end_reason", models.TextField(blank=True)),
                        ("counts_due_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "begun_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "deviation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="sop.deviation",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inventory.site",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="emptyings",
                                to="inventory.container",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="EmptiedRack",
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
                        ("vials", models.PositiveIntegerField()),
                        ("taken_out_at", models.DateTimeField()),
                        ("carried_at", models.DateTimeField()),
                        ("put_down_at", models.DateTimeField(blank=True, null=True)),
                        ("place", models.CharField(blank=True, max_length=300)),
                        ("deferred", models.JSONField(blank=True, default=list)),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "carried_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "container",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inventory.container",
                            ),
                        ),
                        (
                            "put_down_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "taken_out_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "to_unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inventory.container",
                            ),
                        ),
                        (
                            "emptying",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="racks",
                                to="custody.emptying",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalEmptiedRack",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        ("vials", models.PositiveIntegerField()),
                        ("taken_out_at", models.DateTimeField()),
                        ("carried_at", models.DateTimeField()),
                        ("put_down_at", models.DateTimeField(blank=True, null=True)),
                        ("place", models.CharField(blank=True, max_length=300)),
                        ("deferred", models.JSONField(blank=True, default=list)),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True)),
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
                            "carried_by",
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
                            "change",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="audit.change",
                            ),
                        ),
                        (
                            "confirmed_by",
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
                            "container",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="inventory.container",
                            ),
                        ),
                        (
                            "emptying",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="custody.emptying",
                            ),
                        ),
                        (
                            "put_down_by",
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
                            "taken_out_by",
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
                            "to_unit",
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
                        "verbose_name": "historical emptied rack",
                        "verbose_name_plural": "historical emptied racks",
                        "ordering": (),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalEmptying",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        ("reason", models.TextField()),
                        ("begun_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("end_reason", models.TextField(blank=True)),
                        ("counts_due_at", models.DateTimeField(blank=True, null=True)),
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
                            "begun_by",
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
                            "change",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="audit.change",
                            ),
                        ),
                        (
                            "deviation",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="sop.deviation",
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
                        "verbose_name": "historical emptying",
                        "verbose_name_plural": "historical emptyings",
                        "ordering": (),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
            ]
        ),
        migrations.AddConstraint(
            model_name="emptying",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("unit",),
                name="custody_one_emptying_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="emptying",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("counts_due_at", None),
                        ("end_reason", ""),
                        ("ended_at", None),
                        ("ended_by", None),
                    ),
                    models.Q(
                        ("ended_at__gte", models.F("begun_at")),
                        ("ended_by__isnull", False),
                        ("counts_due_at__gt", models.F("ended_at")),
                        models.Q(("end_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="custody_emptying_ends_complete",
            ),
        ),
        Together(
            operations=[
                pgtrigger.migrations.AddTrigger(
                    model_name="emptying",
                    trigger=pgtrigger.compiler.Trigger(
                        name="only_in_a_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="025c346d18453ecb4102c88258366cabd7a2f3f1",
                            level="STATEMENT",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_only_in_a_change_0b323",
                            table="custody_emptying",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="emptying",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_at_commit",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            declare="DECLARE written jsonb;",
                            func="\n            IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN\n                RAISE EXCEPTION 'a record keeps its key: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';\n            END IF;\n            written := (CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) - ARRAY[]::text[];\n            IF NOT EXISTS (\n                SELECT 1\n                FROM public.custody_historicalemptying h\n                JOIN public.audit_change c ON c.id = h.change_id + 0\n                WHERE h.id = (written->>'id')::bigint\n                  AND c.transaction_id = pg_current_xact_id()::text::bigint\n                  AND (TG_OP <> 'DELETE' OR h.history_type = '-')\n                  AND to_jsonb(h) - ARRAY['history_id', 'history_date', 'history_type', 'change_id']::text[] = written\n            ) THEN\n                RAISE EXCEPTION 'a changed row has no history row: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ002';\n            END IF;\n            RETURN NULL;\n            ",
                            hash="44ab035def783536ee1a4f62eed4401a678c4f87",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_history_at_commit_69f1e",
                            table="custody_emptying",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="emptying",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="92ce570a85ccd4c743962e2ca45c3c92d875afc4",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_never_deleted_d0359",
                            table="custody_emptying",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="emptying",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="d81fb4c12aa0856c3e4ce72e923b2b39fed9a5a2",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_bfc9e",
                            table="custody_emptying",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
        migrations.AddConstraint(
            model_name="emptiedrack",
            constraint=models.UniqueConstraint(
                condition=models.Q(("put_down_at__isnull", True)),
                fields=("container",),
                name="custody_rack_is_carried_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="emptiedrack",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("confirmed_at", None),
                        ("put_down_at", None),
                        ("put_down_by", None),
                        ("to_unit", None),
                    ),
                    models.Q(
                        ("put_down_at__gte", models.F("taken_out_at")),
                        ("put_down_by__isnull", False),
                        ("to_unit__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="custody_rack_is_put_down_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="emptiedrack",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at", None), ("confirmed_by", None)),
                    models.Q(
                        ("confirmed_at__gte", models.F("put_down_at")),
                        ("confirmed_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="custody_place_is_confirmed_by_somebody",
            ),
        ),
        Together(
            operations=[
                pgtrigger.migrations.AddTrigger(
                    model_name="emptiedrack",
                    trigger=pgtrigger.compiler.Trigger(
                        name="only_in_a_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="beaf6fb50f6b522210437a33d937164cf1352816",
                            level="STATEMENT",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_only_in_a_change_37936",
                            table="custody_emptiedrack",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="emptiedrack",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_at_commit",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            declare="DECLARE written jsonb;",
                            func="\n            IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN\n                RAISE EXCEPTION 'a record keeps its key: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';\n            END IF;\n            written := (CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) - ARRAY[]::text[];\n            IF NOT EXISTS (\n                SELECT 1\n                FROM public.custody_historicalemptiedrack h\n                JOIN public.audit_change c ON c.id = h.change_id + 0\n                WHERE h.id = (written->>'id')::bigint\n                  AND c.transaction_id = pg_current_xact_id()::text::bigint\n                  AND (TG_OP <> 'DELETE' OR h.history_type = '-')\n                  AND to_jsonb(h) - ARRAY['history_id', 'history_date', 'history_type', 'change_id']::text[] = written\n            ) THEN\n                RAISE EXCEPTION 'a changed row has no history row: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ002';\n            END IF;\n            RETURN NULL;\n            ",
                            hash="cfd09e2456de111473537488e4e389e9bb8c3f2a",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_history_at_commit_1ae23",
                            table="custody_emptiedrack",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="emptiedrack",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="8092ddfd883cc47d12e4b3070997c69e699f01a2",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_never_deleted_80adc",
                            table="custody_emptiedrack",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="emptiedrack",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="d71232411df21f01c94ae570645ef02f47c15c04",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_27b49",
                            table="custody_emptiedrack",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalemptiedrack",
                    trigger=pgtrigger.compiler.Trigger(
                        name="stamped_with_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            NEW.change_id := current_setting('freezer.change_id')::bigint;\n            RETURN NEW;\n        ",
                            hash="ae05e5ee06b1cdf7712e2a4fd8c209c95c29ef93",
                            operation="INSERT",
                            pgid="pgtrigger_stamped_with_change_d1a35",
                            table="custody_historicalemptiedrack",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalemptiedrack",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'evidence is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ003';",
                            hash="35f84d266171173f2b0eafd6f171f61b5a60d9db",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_4db25",
                            table="custody_historicalemptiedrack",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalemptiedrack",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="ddf04e97dfdd6c74c28e973a8acc900eff3f6753",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_52a9c",
                            table="custody_historicalemptiedrack",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalemptying",
                    trigger=pgtrigger.compiler.Trigger(
                        name="stamped_with_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            NEW.change_id := current_setting('freezer.change_id')::bigint;\n            RETURN NEW;\n        ",
                            hash="714daf464386a65741707bc2c9def3d4a27517e2",
                            operation="INSERT",
                            pgid="pgtrigger_stamped_with_change_f36f5",
                            table="custody_historicalemptying",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalemptying",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'evidence is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ003';",
                            hash="2c48613bf6afe5eb8cde74dddeb1003dfff42da9",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_06099",
                            table="custody_historicalemptying",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="historicalemptying",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="8220aab9092b99a9ada7aaf101c44e2c72ba2f8b",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_f078b",
                            table="custody_historicalemptying",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
    ]
