"""The watchdog of alarms tells what it does, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0009_how_far_seals_were_posted"),
    ]

    operations = [
        migrations.AlterField(
            model_name="systemevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("start_web_server", "Start the web server"),
                    ("stop_web_server", "Stop the web server"),
                    ("start_worker", "Start the worker"),
                    ("stop_worker", "Stop the worker"),
                    ("start_scheduler", "Start the scheduler"),
                    ("stop_scheduler", "Stop the scheduler"),
                    ("start_watchdog", "Start the watchdog"),
                    ("stop_watchdog", "Stop the watchdog"),
                    ("apply_migrations", "Apply migrations"),
                    ("change_configuration", "Change the configuration"),
                    ("record_backup", "Record a backup"),
                    ("record_restore", "Record a restore"),
                    ("step_clock", "Clock step"),
                    ("fail_job", "Job failure"),
                    ("suppress_alarm", "Suppress an alarm"),
                    ("take_over_alarms", "Take over alarms from workers"),
                    ("hand_back_alarms", "Hand alarms back to workers"),
                    ("miss_database", "Miss the database"),
                    ("lose_system_events", "Lose system events"),
                ],
                max_length=30,
            ),
        ),
    ]
