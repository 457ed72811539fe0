"""Holding what stands in a unit that no probe measures, where the rules of handling say so."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0008_no_impact_beyond_a_limit_has_a_reason"),
        ("inventory", "0001_storage"),
        ("temperature", "0012_alarms_of_nitrogen_sources_and_drills"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="hold",
            name="custody_a_hold_is_by_a_person_or_by_rule",
        ),
        Together(
            operations=[
                migrations.AddField(
                    model_name="handlingrules",
                    name="blind_hold_minutes",
                    field=models.PositiveSmallIntegerField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name="historicalhandlingrules",
                    name="blind_hold_minutes",
                    field=models.PositiveSmallIntegerField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name="historicalhold",
                    name="gap",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="temperature.gap",
                    ),
                ),
                migrations.AddField(
                    model_name="hold",
                    name="gap",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="temperature.gap",
                    ),
                ),
            ]
        ),
        migrations.AddConstraint(
            model_name="handlingrules",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("blind_hold_minutes", None),
                    ("blind_hold_minutes__range", (0, 1440)),
                    _connector="OR",
                ),
                name="custody_blind_holds_in_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("excursion", None),
                        ("gap", None),
                        ("placed_by__isnull", False),
                        ("rules", None),
                    ),
                    models.Q(("excursion__isnull", False), ("gap", None), ("placed_by", None)),
                    models.Q(("excursion", None), ("gap__isnull", False), ("placed_by", None)),
                    _connector="OR",
                ),
                name="custody_a_hold_is_by_a_person_or_by_rule",
            ),
        ),
    ]
