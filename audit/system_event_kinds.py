"""The kinds of system events; apart from their table, for processes that have no tables yet."""

from django.db import models


class SystemEventKind(models.TextChoices):
    """What happened; the value is the action's name in the trail."""

    START_WEB = "start_web_server", "Start the web server"
    STOP_WEB = "stop_web_server", "Stop the web server"
    START_WORKER = "start_worker", "Start the worker"
    STOP_WORKER = "stop_worker", "Stop the worker"
    START_ALARM_WORKER = "start_alarm_worker", "Start the worker of alarms"
    STOP_ALARM_WORKER = "stop_alarm_worker", "Stop the worker of alarms"
    START_SCHEDULER = "start_scheduler", "Start the scheduler"
    STOP_SCHEDULER = "stop_scheduler", "Stop the scheduler"
    START_WATCHDOG = "start_watchdog", "Start the watchdog"
    STOP_WATCHDOG = "stop_watchdog", "Stop the watchdog"
    APPLY_MIGRATIONS = "apply_migrations", "Apply migrations"
    CHANGE_CONFIGURATION = "change_configuration", "Change the configuration"
    RECORD_BACKUP = "record_backup", "Record a backup"
    RECORD_RESTORE = "record_restore", "Record a restore"
    STEP_CLOCK = "step_clock", "Clock step"
    FAIL_JOB = "fail_job", "Job failure"
    SUPPRESS_ALARM = "suppress_alarm", "Suppress an alarm"
    TAKE_OVER_ALARMS = "take_over_alarms", "Take over alarms from workers"
    HAND_BACK_ALARMS = "hand_back_alarms", "Hand alarms back to workers"
    MISS_DATABASE = "miss_database", "Miss the database"
    LOSE_SYSTEM_EVENTS = "lose_system_events", "Lose system events"
