"""Alarms of nitrogen that runs low, of whole sources, and of drills that are overdue."""

from django.db import migrations, models

from audit.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0001_storage"),
        ("temperature", "0011_levels_follow_their_fills"),
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
                    model_name="historicallimitversion",
                    name="critical_hours",
                    field=models.FloatField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name="limitversion",
                    name="critical_hours",
                    field=models.FloatField(blank=True, null=True),
                ),
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
                            ("nitrogen", "Nitrogen runs low"),
                            ("source", "A source answers nothing"),
                            ("undrilled", "A drill is overdue"),
                            ("undone", "The portal fails to judge"),
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
                            ("nitrogen", "Nitrogen runs low"),
                            ("source", "A source answers nothing"),
                            ("undrilled", "A drill is overdue"),
                            ("undone", "The portal fails to judge"),
                        ],
                        max_length=12,
                    ),
                ),
            ]
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
                        (
                            "cause__in",
                            ["drill", "out", "nitrogen", "source", "undrilled", "undone"],
                        ),
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
                        ("cause__in", ["out", "nitrogen", "source", "undrilled", "undone"]),
                        ("probe", None),
                        models.Q(("about", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(
                            (
                                "cause__in",
                                ["blind", "out", "nitrogen", "source", "undrilled", "undone"],
                            ),
                            _negated=True,
                        ),
                        models.Q(("probe", None), _negated=True),
                        ("about", ""),
                    ),
                    _connector="OR",
                ),
                name="temperature_alarm_of_a_probe_or_unit",
            ),
        ),
    ]
