"""Workers get the time that they need to begin; who never works is seen whatever is restarted."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet

from inventory.models import Site
from temperature.feed_states import begin_state
from temperature.models import FeedKind, WorkKind
from temperature.queries.feeding import OVERDUE_AFTER, feeding_state
from temperature.queries.telling import STILL_AFTER, faults_of_telling
from temperature.watchdog import STILL_AFTER as TAKEN_OVER_AFTER
from temperature.watchdog import Watchdog
from temperature.work_marks import await_work, mark_done
from tests.factories.telling import ChannelFactory
from tests.factories.temperature import FeedFactory
from tests.world import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.urs("URS-46", "URS-110")]

MINUTE, SECOND, NIGHT = timedelta(minutes=1), timedelta(seconds=1), timedelta(hours=10)
AWAITED = [kind for kind in WorkKind if kind != WorkKind.STARTING]


@pytest.fixture
def nowhere() -> QuerySet[Site]:
    """Return no site: of its rota and drills nothing is said."""
    ChannelFactory.create()
    return Site.objects.none()


def still(sites: QuerySet[Site], after: timedelta) -> int:
    """Say how many kinds of work stand still some time after noon."""
    faults = faults_of_telling(sites, at=NOON + after)
    return sum("stands still" in fault.title for fault in faults)


def test_a_fresh_start_claims_no_failure_and_a_real_one_is_said(nowhere: QuerySet[Site]) -> None:
    await_work(at=NOON)

    assert still(nowhere, timedelta(0)) == still(nowhere, STILL_AFTER) == 0
    assert still(nowhere, STILL_AFTER + SECOND) == len(AWAITED)


def test_a_start_after_a_night_claims_no_failure(nowhere: QuerySet[Site]) -> None:
    await_work(at=NOON - NIGHT)
    for kind in AWAITED:
        mark_done(kind, at=NOON - NIGHT + MINUTE)
    assert still(nowhere, timedelta(0)) == len(AWAITED)

    await_work(at=NOON)

    assert still(nowhere, MINUTE) == 0
    assert still(nowhere, STILL_AFTER + SECOND) == len(AWAITED)


def test_starting_again_every_minute_hides_nothing(nowhere: QuerySet[Site]) -> None:
    for minutes in range(5):
        await_work(at=NOON + minutes * MINUTE)
        for kind in set(AWAITED) - {WorkKind.POLLING}:
            mark_done(kind, at=NOON + minutes * MINUTE + SECOND)

    assert still(nowhere, 4 * MINUTE + 2 * SECOND) == 1


def test_a_watchdog_that_is_started_again_takes_over_all_the_same(nowhere: QuerySet[Site]) -> None:
    await_work(at=NOON)
    at = NOON + TAKEN_OVER_AFTER
    await_work(at=at)

    assert not any("still" in words for words in Watchdog(began_at=at).left_undone(at=at))
    assert any("still" in words for words in Watchdog(began_at=at).left_undone(at=at + SECOND))


def test_sources_due_before_the_start_are_overdue_once_there_was_time_to_ask() -> None:
    begin_state(FeedFactory.create(kind=FeedKind.HTTP_JSON), at=NOON - NIGHT)
    assert feeding_state(NOON).not_asked == 1

    await_work(at=NOON)

    assert feeding_state(NOON + OVERDUE_AFTER - SECOND).not_asked == 0
    assert feeding_state(NOON + OVERDUE_AFTER + SECOND).not_asked == 1
