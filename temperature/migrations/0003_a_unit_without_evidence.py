"""Alarms of a whole unit of which no probe measures, and of probes that were never calibrated."""

import django.db.models.deletion
from django.db import migrations, models

from audit.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0001_storage"),
        ("temperature", "0002_reviews_of_temperature"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="alarm",
            name="temperature_alarm_names_its_cause",
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
                        ],
                        max_length=12,
                    ),
                ),
                migrations.AlterField(
                    model_name="alarm",
                    name="probe",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="temperature.probe",
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
                        ],
                        max_length=12,
                    ),
                ),
            ]
        ),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cause", "blind"), ("resolved_at__isnull", True)),
                fields=("unit",),
                name="temperature_one_open_alarm_of_a_unit",
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
                    models.Q(("cause", "blind"), ("probe", None)),
                    models.Q(
                        models.Q(("cause", "blind"), _negated=True),
                        models.Q(("probe", None), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="temperature_alarm_of_a_probe_or_unit",
            ),
        ),
    ]
