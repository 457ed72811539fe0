"""Alarms that go on until a clinic has answered."""

from django.conf import settings
from django.db import migrations, models

from audit.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0002_shippers"),
        ("temperature", "0015_values_alike_and_jumps"),
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
                            ("clinic", "A clinic must be told"),
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
                            ("clinic", "A clinic must be told"),
                        ],
                        max_length=12,
                    ),
                ),
                migrations.AlterField(
                    model_name="leftundone",
                    name="work",
                    field=models.CharField(
                        choices=[
                            ("readings", "Judging the readings of"),
                            ("silence", "Looking for silence of"),
                            ("unit", "Judging whether anything measures"),
                            ("calibration", "Judging the calibration of"),
                            ("pause", "Ending the silence of alarms of"),
                            ("gap", "Reporting the time without measurement of"),
                            ("room", "Making room for readings of"),
                            ("hold", "Holding what stands in"),
                            ("due hold", "Holding what stood in"),
                            ("blind", "Holding what nothing measures in"),
                            ("nitrogen", "Judging how long the nitrogen lasts of"),
                            ("time out", "Judging the time out of storage of"),
                            ("clinic", "Telling the clinic of"),
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
                            ["drill", "out", "nitrogen", "source", "undrilled", "undone", "clinic"],
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
                        (
                            "cause__in",
                            ["out", "nitrogen", "source", "undrilled", "undone", "clinic"],
                        ),
                        ("probe", None),
                        models.Q(("about", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(
                            (
                                "cause__in",
                                [
                                    "blind",
                                    "out",
                                    "nitrogen",
                                    "source",
                                    "undrilled",
                                    "undone",
                                    "clinic",
                                ],
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
