"""How gunicorn serves the portal, in the demo and in production."""

import os

from audit.telling import tell_start
from freezer_inventory import life

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "freezer_inventory.settings")

wsgi_app = "freezer_inventory.wsgi"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "1"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60  # a long PDF record; the database gives up far earlier
graceful_timeout = 10
keepalive = 15  # longer than the pause between two scans of a person at work
max_requests = 20_000
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - heartbeat
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
accesslog = "-"
errorlog = "-"
access_log_format = "%(t)s %(r)s %(s)s %(B)s bytes %(M)s ms request=%({x-request-id}o)s"
control_socket_disable = True  # nobody steers it but the supervisor


def when_ready(_server: object) -> None:
    """Tell the trail that the web server starts; its first worker has the database to record it."""
    tell_start("web")


def post_worker_init(_worker: object) -> None:
    """Record what waits, beside the first requests, and give the workers time to begin."""
    life.record()
    life.await_work()


def on_exit(_server: object) -> None:
    """Tell the trail that the web server stops."""
    life.end("web")
