"""Contacts of filling valves, which say when the fill of a tank begins."""

from django.db import migrations, models

from audit.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("temperature", "0016_alarms_of_clinics"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="probe",
            name="temperature_a_contact_may_stand_still",
        ),
        migrations.RemoveConstraint(
            model_name="probe",
            name="temperature_a_contact_may_jump",
        ),
        Together(
            operations=[
                migrations.AlterField(
                    model_name="fitting",
                    name="zone",
                    field=models.CharField(
                        choices=[
                            ("lid", "Under the lid, the warmest place"),
                            ("middle", "Middle"),
                            ("bottom", "Bottom"),
                            ("air", "Air"),
                            ("buffered", "In a buffer"),
                            ("control", "The unit's own control probe"),
                            ("level", "Level"),
                            ("door", "Door or lid"),
                            ("mains", "Mains supply"),
                            ("filling", "Filling valve"),
                        ],
                        max_length=10,
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalfitting",
                    name="zone",
                    field=models.CharField(
                        choices=[
                            ("lid", "Under the lid, the warmest place"),
                            ("middle", "Middle"),
                            ("bottom", "Bottom"),
                            ("air", "Air"),
                            ("buffered", "In a buffer"),
                            ("control", "The unit's own control probe"),
                            ("level", "Level"),
                            ("door", "Door or lid"),
                            ("mains", "Mains supply"),
                            ("filling", "Filling valve"),
                        ],
                        max_length=10,
                    ),
                ),
                migrations.AlterField(
                    model_name="historicallimitprofile",
                    name="quantity",
                    field=models.CharField(
                        choices=[
                            ("temperature", "Temperature, °C"),
                            ("level", "LN2 level, %"),
                            ("door", "Door or lid contact"),
                            ("power", "Mains contact"),
                            ("filling", "Filling contact"),
                        ],
                        default="temperature",
                        max_length=12,
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalprobe",
                    name="quantity",
                    field=models.CharField(
                        choices=[
                            ("temperature", "Temperature, °C"),
                            ("level", "LN2 level, %"),
                            ("door", "Door or lid contact"),
                            ("power", "Mains contact"),
                            ("filling", "Filling contact"),
                        ],
                        default="temperature",
                        max_length=12,
                    ),
                ),
                migrations.AlterField(
                    model_name="limitprofile",
                    name="quantity",
                    field=models.CharField(
                        choices=[
                            ("temperature", "Temperature, °C"),
                            ("level", "LN2 level, %"),
                            ("door", "Door or lid contact"),
                            ("power", "Mains contact"),
                            ("filling", "Filling contact"),
                        ],
                        default="temperature",
                        max_length=12,
                    ),
                ),
                migrations.AlterField(
                    model_name="probe",
                    name="quantity",
                    field=models.CharField(
                        choices=[
                            ("temperature", "Temperature, °C"),
                            ("level", "LN2 level, %"),
                            ("door", "Door or lid contact"),
                            ("power", "Mains contact"),
                            ("filling", "Filling contact"),
                        ],
                        default="temperature",
                        max_length=12,
                    ),
                ),
            ]
        ),
        migrations.AddConstraint(
            model_name="probe",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quantity__in", ("door", "power", "filling")), _negated=True),
                    ("flat_after__isnull", True),
                    _connector="OR",
                ),
                name="temperature_a_contact_may_stand_still",
            ),
        ),
        migrations.AddConstraint(
            model_name="probe",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quantity__in", ("door", "power", "filling")), _negated=True),
                    ("most_jump__isnull", True),
                    _connector="OR",
                ),
                name="temperature_a_contact_may_jump",
            ),
        ),
    ]
