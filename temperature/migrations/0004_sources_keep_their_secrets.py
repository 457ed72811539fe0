"""Secrets of sources leave no history; logger files wait until they are stored."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from audit.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("temperature", "0003_months_take_readings_in_a_change_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WaitingFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("body", models.BinaryField()),
                ("brought_at", models.DateTimeField()),
                (
                    "brought_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiting_files",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "feed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiting_files",
                        to="temperature.feed",
                    ),
                ),
            ],
        ),
        Together(
            [
                pgtrigger.migrations.RemoveTrigger(
                    model_name="feed",
                    name="history_at_commit",
                ),
                migrations.RemoveField(
                    model_name="historicalfeed",
                    name="secret",
                ),
                migrations.AddField(
                    model_name="feed",
                    name="secret_set_at",
                    field=models.DateTimeField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name="historicalfeed",
                    name="secret_set_at",
                    field=models.DateTimeField(blank=True, null=True),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="feed",
                    trigger=pgtrigger.compiler.Trigger(
                        name="history_at_commit",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            declare="DECLARE written jsonb;",
                            func="\n            IF TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN\n                RAISE EXCEPTION 'a record keeps its key: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';\n            END IF;\n            written := (CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) - ARRAY['secret']::text[];\n            IF NOT EXISTS (\n                SELECT 1\n                FROM public.temperature_historicalfeed h\n                JOIN public.audit_change c ON c.id = h.change_id + 0\n                WHERE h.id = (written->>'id')::bigint\n                  AND c.transaction_id = pg_current_xact_id()::text::bigint\n                  AND (TG_OP <> 'DELETE' OR h.history_type = '-')\n                  AND to_jsonb(h) - ARRAY['history_id', 'history_date', 'history_type', 'change_id']::text[] = written\n            ) THEN\n                RAISE EXCEPTION 'a changed row has no history row: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ002';\n            END IF;\n            RETURN NULL;\n            ",
                            hash="c8d5233b0d2266f2f08fb1a4ae18dc860d8629e4",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_history_at_commit_e2b66",
                            table="temperature_feed",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
            ]
        ),
    ]
