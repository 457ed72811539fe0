"""What raises alarms and tells of them waits behind nothing else."""

import pytest

from freezer_inventory.celery import ALARMS, app

pytestmark = pytest.mark.urs("URS-107", "URS-110")


def queue_of(task: str) -> str:
    """Return the queue that a task goes to."""
    return str(app.amqp.router.route({}, task)["queue"].name)


@pytest.mark.parametrize(
    "task",
    [
        "temperature.judge_now",
        "temperature.watch_now",
        "temperature.tell_of_alarms",
        "temperature.end_pauses_now",
        "custody.watch_now",
    ],
)
def test_alarms_have_a_queue_of_their_own(task: str) -> None:
    app.loader.import_default_modules()
    assert task in app.tasks
    assert queue_of(task) == ALARMS


def test_nothing_that_waits_for_others_is_in_it() -> None:
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert {task for task in scheduled if queue_of(task) == ALARMS} == set(app.conf.task_routes)
    assert queue_of("temperature.poll_feeds_now") == queue_of("audit.seal_now") == "celery"
    assert queue_of("temperature.try_channels_now") == "celery", "it waits for gateways"


def test_a_worker_that_is_told_nothing_does_both() -> None:
    assert {queue.name for queue in app.amqp.queues.values()} == {"celery", ALARMS}
