"""Rules from when on a time without measurement opens a deviation, and which did."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from audit.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_trail"),
        ("custody", "0002_entries_are_hashed_as_they_are_checked"),
        ("sop", "0002_gaps_open_deviations"),
        ("temperature", "0003_a_unit_without_evidence"),
    ]

    operations = [
        migrations.CreateModel(
            name="GapReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        Together(
            operations=[
                migrations.AddField(
                    model_name="handlingrules",
                    name="gap_deviation_minutes",
                    field=models.PositiveSmallIntegerField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name="historicalhandlingrules",
                    name="gap_deviation_minutes",
                    field=models.PositiveSmallIntegerField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name="gapreport",
                    name="change",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.change",
                    ),
                ),
                migrations.AddField(
                    model_name="gapreport",
                    name="deviation",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gap_reports",
                        to="sop.deviation",
                    ),
                ),
                migrations.AddField(
                    model_name="gapreport",
                    name="gap",
                    field=models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report",
                        to="temperature.gap",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="handlingrules",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("gap_deviation_minutes", None),
                            ("gap_deviation_minutes__range", (1, 1440)),
                            _connector="OR",
                        ),
                        name="custody_gap_deviations_in_bounds",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="gapreport",
                    trigger=pgtrigger.compiler.Trigger(
                        name="stamped_with_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF NOT \n    EXISTS (\n        SELECT 1 FROM public.audit_change c\n        WHERE c.id = NULLIF(current_setting('freezer.change_id', true), '')::bigint\n          AND c.transaction_id = pg_current_xact_id()::text::bigint\n    )\n THEN\n                RAISE EXCEPTION 'no Change is open in this transaction: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ001';\n            END IF;\n            NEW.change_id := current_setting('freezer.change_id')::bigint;\n            RETURN NEW;\n        ",
                            hash="75aaed95fc8182d72f1d6d63fc6895c69d88c7a3",
                            operation="INSERT",
                            pgid="pgtrigger_stamped_with_change_8185b",
                            table="custody_gapreport",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="gapreport",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'evidence is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ003';",
                            hash="fb2932fabbcb29c1c0f89f14bac1028fb5382e59",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_d0a74",
                            table="custody_gapreport",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="gapreport",
                    trigger=pgtrigger.compiler.Trigger(
                        name="never_truncated",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'records are never deleted: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FZ004';",
                            hash="697c5f686c6e9ebcaeddd10690dfe1fa88e5f1d0",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_56ba3",
                            table="custody_gapreport",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
    ]
