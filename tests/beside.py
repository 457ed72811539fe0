"""Processes of the portal beside a test, in the test's own database."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

NO_QUEUE = "redis://127.0.0.1:1/0"


def environment(*, spool: Path, **more: str) -> dict[str, str]:
    """Return what such a process needs; nothing answers where its queue is."""
    address = urlsplit(os.environ["DATABASE_URL"])
    database = address._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return os.environ | {
        "DATABASE_URL": database,
        "REDIS_URL": NO_QUEUE,
        "SECRET_KEY": settings.SECRET_KEY,
        "DEMO": "on",
        "SYSTEM_EVENT_SPOOL": str(spool),
        **more,
    }
