"""Alarms about what was taken out of a unit, and is out for too long."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0001_storage"),
        ("temperature", "0003_a_unit_without_evidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="alarm",
            name="temperature_alarm_names_its_cause",
        ),
        migrations.RemoveConstraint(
            model_name="alarm",
            name="temperature_alarm_of_a_probe_or_unit",
        ),
        Together(
            operations=[
                migrations.AddField(
                    model_name="alarm",
                    name="about",
                    field=models.CharField(blank=True, db_default="", default="", max_length=100),
                ),
                migrations.AddField(
                    model_name="alarm",
                    name="program",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="inventory.program",
                    ),
                ),
                migrations.AddField(
                    model_name="alarm",
                    name="words",
                    field=models.CharField(blank=True, db_default="", default="", max_length=500),
                ),
                migrations.AddField(
                    model_name="historicalalarm",
                    name="about",
                    field=models.CharField(blank=True, db_default="", default="", max_length=100),
                ),
                migrations.AddField(
                    model_name="historicalalarm",
                    name="program",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="inventory.program",
                    ),
                ),
                migrations.AddField(
                    model_name="historicalalarm",
                    name="words",
                    field=models.CharField(blank=True, db_default="", default="", max_length=500),
                ),
            ]
        ),
        Together(
            operations=[
                migrations.AlterField(
                    model_name="alarm",
                    name="cause",
                    field=models.CharField(
                        choices=[
                            ("excursion", "Beyond a limit"),
                            ("gap", "No measurement"),
                            ("blind", "No probe of the unit measures"),
                            ("calibration", "No calibration that counts"),
                            ("drill", "Drill"),
                            ("out", "Out of storage too long"),
                        ],
                        max_length=12,
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalalarm",
                    name="cause",
                    field=models.CharField(
                        choices=[
                            ("excursion", "Beyond a limit"),
                            ("gap", "No measurement"),
                            ("blind", "No probe of the unit measures"),
                            ("calibration", "No calibration that counts"),
                            ("drill", "Drill"),
                            ("out", "Out of storage too long"),
                        ],
                        max_length=12,
                    ),
                ),
            ]
        ),
        Together(
            operations=[
                migrations.AddConstraint(
                    model_name="alarm",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(
                            ("resolved_at__isnull", True), models.Q(("about", ""), _negated=True)
                        ),
                        fields=("cause", "about"),
                        name="temperature_one_open_alarm_about_it",
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
                                ("cause__in", ["gap", "blind"]),
                                ("excursion", None),
                                ("gap__isnull", False),
                                ("calibration", None),
                            ),
                            models.Q(("cause", "calibration"), ("excursion", None), ("gap", None)),
                            models.Q(
                                ("calibration", None),
                                ("cause__in", ["drill", "out"]),
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
                            models.Q(("about", ""), ("cause", "blind"), ("probe", None)),
                            models.Q(
                                ("cause", "out"),
                                ("probe", None),
                                models.Q(("about", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("cause__in", ["blind", "out"]), _negated=True),
                                models.Q(("probe", None), _negated=True),
                                ("about", ""),
                            ),
                            _connector="OR",
                        ),
                        name="temperature_alarm_of_a_probe_or_unit",
                    ),
                ),
            ]
        ),
    ]
