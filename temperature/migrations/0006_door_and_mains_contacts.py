"""Contacts of doors and mains, and when each stood at 1."""

import django.db.models.deletion
from django.db import migrations, models

from audit.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0001_storage"),
        ("temperature", "0005_drills_of_probes"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="ContactSpell",
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
                        ("began_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("seconds", models.FloatField()),
                        ("times", models.PositiveIntegerField()),
                        ("method", models.CharField(max_length=20)),
                    ],
                ),
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
                    models.Q(("quantity__in", ("door", "power")), _negated=True),
                    ("flat_after__isnull", True),
                    _connector="OR",
                ),
                name="temperature_a_contact_may_stand_still",
            ),
        ),
        Together(
            operations=[
                migrations.AddField(
                    model_name="contactspell",
                    name="probe",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spells",
                        to="temperature.probe",
                    ),
                ),
                migrations.AddField(
                    model_name="contactspell",
                    name="unit",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_spells",
                        to="inventory.container",
                    ),
                ),
            ]
        ),
        migrations.AddIndex(
            model_name="contactspell",
            index=models.Index(fields=["unit", "began_at"], name="temperature_spell_by_unit"),
        ),
        migrations.AddConstraint(
            model_name="contactspell",
            constraint=models.UniqueConstraint(
                fields=("probe", "began_at"), name="temperature_each_spell_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactspell",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("probe",),
                name="temperature_one_open_spell",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactspell",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True),
                    ("ended_at__gt", models.F("began_at")),
                    _connector="OR",
                ),
                name="temperature_spell_ends_after_it_began",
            ),
        ),
    ]
