"""The worker's sign of life, which goes the whole way through scheduler, queue and worker."""

from celery import shared_task
from django.utils import timezone

from integration.health import HEARTBEAT_KEY, queue


@shared_task(name="integration.beat_of_the_worker")
def beat_of_the_worker() -> None:
    """Leave the time in the queue's store, where `/readyz` looks for it."""
    with queue() as client:
        client.set(HEARTBEAT_KEY, timezone.now().isoformat())
