"""The Celery application: work after the commit and on a schedule."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "freezer_inventory.settings")

app = Celery("freezer_inventory")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
