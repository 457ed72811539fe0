"""Messages of many alarms to one person, gathered into one."""

import django.db.models.deletion
from django.db import migrations, models

from audit.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("temperature", "0012_alarms_of_nitrogen_sources_and_drills"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="tellingrules",
            name="temperature_rules_of_telling_in_bounds",
        ),
        Together(
            operations=[
                migrations.AddField(
                    model_name="historicalnotification",
                    name="gathered_in",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="temperature.notification",
                    ),
                ),
                migrations.AddField(
                    model_name="historicaltellingrules",
                    name="gather_seconds",
                    field=models.PositiveSmallIntegerField(db_default=60, default=60),
                ),
                migrations.AddField(
                    model_name="notification",
                    name="gathered_in",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gathered",
                        to="temperature.notification",
                    ),
                ),
                migrations.AddField(
                    model_name="tellingrules",
                    name="gather_seconds",
                    field=models.PositiveSmallIntegerField(db_default=60, default=60),
                ),
            ]
        ),
        migrations.AddConstraint(
            model_name="tellingrules",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("action_minutes__range", (1, 60)),
                    ("critical_minutes__range", (1, 30)),
                    ("drill_days__range", (1, 31)),
                    ("gather_seconds__range", (0, 300)),
                    ("probe_drill_minutes__range", (5, 240)),
                    ("repeat_minutes__range", (5, 240)),
                    ("warning_minutes__range", (1, 240)),
                ),
                name="temperature_rules_of_telling_in_bounds",
            ),
        ),
    ]
