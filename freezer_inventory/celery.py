"""The Celery application: work after the commit and on a schedule."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "freezer_inventory.settings")

app = Celery("freezer_inventory")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = {
    "expire vials": {
        "task": "custody.expire_vials_now",
        "schedule": 60.0,
        "options": {"expires": 55},  # a worker that was away does not do every minute it missed
    },
    "seal the trail": {
        "task": "audit.seal_now",
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
    "sign of life": {
        "task": "integration.beat_of_the_worker",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
}
app.autodiscover_tasks()
