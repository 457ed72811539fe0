"""Deviations of times in which the temperature was not measured."""

from django.db import migrations, models

from audit.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("sop", "0001_work_and_deviations"),
    ]

    operations = [
        Together(
            operations=[
                migrations.AlterField(
                    model_name="deviation",
                    name="source",
                    field=models.CharField(
                        choices=[
                            ("failed_step", "Failed step"),
                            ("skipped_step", "Skipped step"),
                            ("mismatch", "Mismatch"),
                            ("missing_vial", "Missing vial"),
                            ("custody_gap", "Gap in custody"),
                            ("excursion", "Excursion"),
                            ("not_measured", "Temperature not measured"),
                            ("emergency_work", "Emergency work"),
                            ("by_hand", "Reported by somebody"),
                        ],
                        max_length=15,
                    ),
                ),
                migrations.AlterField(
                    model_name="historicaldeviation",
                    name="source",
                    field=models.CharField(
                        choices=[
                            ("failed_step", "Failed step"),
                            ("skipped_step", "Skipped step"),
                            ("mismatch", "Mismatch"),
                            ("missing_vial", "Missing vial"),
                            ("custody_gap", "Gap in custody"),
                            ("excursion", "Excursion"),
                            ("not_measured", "Temperature not measured"),
                            ("emergency_work", "Emergency work"),
                            ("by_hand", "Reported by somebody"),
                        ],
                        max_length=15,
                    ),
                ),
            ]
        ),
    ]
