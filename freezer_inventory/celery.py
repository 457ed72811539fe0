"""The Celery application: work after the commit and on a schedule."""

import atexit
import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, task_failure, worker_ready, worker_shutdown

from audit.telling import tell_failed_job
from freezer_inventory import life

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "freezer_inventory.settings")

app = Celery("freezer_inventory")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = {
    "expire vials": {
        "task": "custody.expire_vials_now",
        "schedule": 60.0,
        "options": {"expires": 55},  # a worker that was away does not do every minute it missed
    },
    "watch vials": {
        "task": "custody.watch_now",
        "schedule": 30.0,
        "options": {"expires": 29},
    },
    "hold what is due": {
        "task": "custody.hold_due_now",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "seal the trail": {
        "task": "audit.seal_now",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "post the seals": {
        "task": "audit.post_seals_now",
        "schedule": 20.0,
        "options": {"expires": 19},
    },
    "measure the clocks": {
        "task": "audit.measure_clocks_now",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "record system events": {
        "task": "audit.record_system_events",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "verify the trail": {
        "task": "audit.verify_tonight",
        "schedule": crontab(hour=1, minute=30),  # UTC
        "options": {"expires": 6 * 3600},
    },
    "tell of unauthorised use": {
        "task": "accounts.tell_of_unauthorised_use",
        "schedule": 10.0,
        "options": {"expires": 9},
    },
    "tell of what is overdue": {
        "task": "accounts.tell_of_what_is_overdue",
        "schedule": crontab(minute=7),  # of every hour
        "options": {"expires": 3000},
    },
    "ask the sources of readings": {
        "task": "temperature.poll_feeds_now",
        "schedule": 10.0,
        "options": {"expires": 9},
    },
    "judge readings": {
        "task": "temperature.judge_now",
        "schedule": 3.0,
        "options": {"expires": 3},
    },
    "watch for silence": {
        "task": "temperature.watch_now",
        "schedule": 15.0,
        "options": {"expires": 14},
    },
    "tell of alarms": {
        "task": "temperature.tell_of_alarms",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "try the channels": {
        "task": "temperature.try_channels_now",
        "schedule": 20.0,
        "options": {"expires": 19},
    },
    "end pauses of alarms": {
        "task": "temperature.end_pauses_now",
        "schedule": 10.0,
        "options": {"expires": 9},
    },
    "watch calibrations": {
        "task": "temperature.watch_calibrations_now",
        "schedule": 300.0,
        "options": {"expires": 290},
    },
    "make room for readings": {
        "task": "temperature.make_room",
        "schedule": crontab(hour=0, minute=20),  # UTC
        "options": {"expires": 20 * 3600},
    },
    "sign of life": {
        "task": "integration.beat_of_the_worker",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
}
ALARMS = "alarms"
"""The queue of what raises alarms and tells of them, and the node that works at nothing else."""
app.conf.task_queues = {"celery": {}, ALARMS: {}}  # a worker that is told nothing does both
app.conf.task_routes = {
    name: {"queue": ALARMS}
    for name in (
        "temperature.judge_now",
        "temperature.watch_now",
        "temperature.tell_of_alarms",
        "temperature.end_pauses_now",
        "custody.watch_now",
    )
}
app.autodiscover_tasks()


def tell_that_the_worker_started(sender: Any = None, **_: Any) -> None:
    """Tell the trail."""
    life.begin(_component(sender))


def tell_that_the_worker_stopped(sender: Any = None, **_: Any) -> None:
    """Tell the trail."""
    life.end(_component(sender))


def _component(sender: Any) -> str:
    """Return which of the workers a node is."""
    node = str(getattr(sender, "hostname", ""))
    return "worker of alarms" if node.startswith(f"{ALARMS}@") else "worker"


def tell_that_the_scheduler_started(**_: Any) -> None:
    """Tell the trail, and again when this process ends: Celery has no signal for that."""
    life.begin("scheduler")
    atexit.register(life.end, "scheduler")


def tell_that_a_job_failed(
    sender: Any = None, task_id: str = "", exception: BaseException | None = None, **_: Any
) -> None:
    """Tell the trail; the next run of the recording job records it."""
    tell_failed_job(str(getattr(sender, "name", sender)), task_id, exception)


worker_ready.connect(tell_that_the_worker_started)
worker_shutdown.connect(tell_that_the_worker_stopped)
beat_init.connect(tell_that_the_scheduler_started)
task_failure.connect(tell_that_a_job_failed)
