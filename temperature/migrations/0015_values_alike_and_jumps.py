from django.db import migrations, models

from audit.together import Together

CAUSES = [
    ("silent", "No reading came"),
    ("unusable", "What came is no measurement"),
    ("flat", "The value stood still"),
    ("jumps", "The value jumps again and again"),
    ("disagrees", "Two probes of the unit disagree"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("temperature", "0014_corrections_count"),
    ]

    operations = [
        Together(
            operations=[
                migrations.AddField(
                    model_name="historicalprobe",
                    name="flat_within",
                    field=models.FloatField(db_default=0.1, default=0.1),
                ),
                migrations.AddField(
                    model_name="historicalprobe",
                    name="most_jump",
                    field=models.FloatField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name="probe",
                    name="flat_within",
                    field=models.FloatField(db_default=0.1, default=0.1),
                ),
                migrations.AddField(
                    model_name="probe",
                    name="most_jump",
                    field=models.FloatField(blank=True, null=True),
                ),
                migrations.AlterField(
                    model_name="gap",
                    name="cause",
                    field=models.CharField(choices=CAUSES, max_length=12),
                ),
                migrations.AlterField(
                    model_name="historicalgap",
                    name="cause",
                    field=models.CharField(choices=CAUSES, max_length=12),
                ),
            ]
        ),
        migrations.AddConstraint(
            model_name="probe",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quantity__in", ("door", "power")), _negated=True),
                    ("most_jump__isnull", True),
                    _connector="OR",
                ),
                name="temperature_a_contact_may_jump",
            ),
        ),
    ]
