"""How a tank is filled, with the limits of its level, and what excursion follows from it."""

from django.db import migrations, models

from audit.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0001_storage"),
        ("temperature", "0010_a_file_counts_once"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="excursion",
            name="temperature_each_excursion_once",
        ),
        migrations.RemoveConstraint(
            model_name="excursion",
            name="temperature_one_open_excursion",
        ),
        Together(
            operations=[
                migrations.AddField(
                    model_name="excursion",
                    name="rule",
                    field=models.CharField(
                        choices=[
                            ("limit", "Beyond a limit"),
                            ("no_rise", "Level does not rise though a fill began"),
                            ("two_fills", "Level has fallen through two fills"),
                        ],
                        db_default="limit",
                        default="limit",
                        max_length=10,
                    ),
                ),
                migrations.AddField(
                    model_name="historicalexcursion",
                    name="rule",
                    field=models.CharField(
                        choices=[
                            ("limit", "Beyond a limit"),
                            ("no_rise", "Level does not rise though a fill began"),
                            ("two_fills", "Level has fallen through two fills"),
                        ],
                        db_default="limit",
                        default="limit",
                        max_length=10,
                    ),
                ),
                migrations.AddField(
                    model_name="historicallimitversion",
                    name="filling",
                    field=models.JSONField(blank=True, null=True),
                ),
                migrations.AddField(
                    model_name="limitversion",
                    name="filling",
                    field=models.JSONField(blank=True, null=True),
                ),
            ]
        ),
        migrations.AddConstraint(
            model_name="excursion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_withdrawn", False)),
                fields=("probe", "level", "side", "rule", "began_at"),
                name="temperature_each_excursion_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="excursion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True), ("is_withdrawn", False)),
                fields=("probe", "level", "side", "rule"),
                name="temperature_one_open_excursion",
            ),
        ),
    ]
