"""Drills: an alarm that goes the whole way to somebody's acknowledgement, every week."""

from datetime import timedelta

import pytest
from django.core import mail

from audit.errors import NotFound
from inventory.models import Site
from temperature.actions.acknowledge_alarm import acknowledge_alarm
from temperature.actions.start_drill import start_drill
from temperature.models import Alarm, AlarmCause, Level
from temperature.queries.drills import drill_lines, overdue_drills
from temperature.queries.telling import faults_of_telling
from temperature.telling import tell_what_is_due
from tests.factories.telling import ChannelFactory, ContactFactory, OnCallFactory
from tests.factories.temperature import fitted_probe
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-110")

DAY = timedelta(days=1)


def test_a_drill_is_told_like_an_alarm_and_counts_once_acknowledged(world: World) -> None:
    fitted_probe(world.tank)
    ChannelFactory.create()
    ContactFactory.create(person=world.supervisor)
    OnCallFactory.create(site=world.site, person=world.supervisor)
    sites = Site.objects.filter(pk=world.site.pk)
    assert list(overdue_drills(sites, at=NOON)) == [world.site]

    drill = start_drill(site_id=world.site.pk, intent=world.signs(world.qa), at=NOON)
    tell_what_is_due(at=NOON)

    assert_signed_and_kept(drill, action="start_drill")
    assert drill.alarm.cause == AlarmCause.DRILL
    assert mail.outbox[0].subject.startswith("DRILL, ")
    assert "Nothing is wrong" in mail.outbox[0].body
    with refused("DRILL_GOES_ON"):
        start_drill(site_id=world.site.pk, intent=world.signs(world.qa), at=NOON)
    assert list(overdue_drills(sites, at=NOON)) == [world.site], "nobody acknowledged it yet"
    for hours, title in ((1, "A drill goes on"), (25, "A drill is overdue")):
        said = [fault.title for fault in faults_of_telling(sites, at=NOON + hours * DAY / 24)]
        assert f"{title} at {world.site.name}." in said
    acknowledge_alarm(
        alarm_id=drill.alarm_id,
        shown=Level(drill.alarm.level),
        by=world.says(world.supervisor, "It came at once"),
        at=NOON + DAY / 24,
    )
    assert Alarm.objects.get().resolved_at == NOON + DAY / 24, "it was all there was to it"
    [line] = drill_lines(sites)
    assert (line.told_at, line.took) == (NOON, DAY / 24)
    assert list(overdue_drills(sites, at=NOON + 7 * DAY)) == []
    assert list(overdue_drills(sites, at=NOON + 8 * DAY)) == [world.site]


def test_a_drill_takes_a_probe_a_site_and_somebody_who_may(world: World) -> None:
    with refused("NOTHING_TO_DRILL_WITH"):
        start_drill(site_id=world.site.pk, intent=world.signs(world.qa), at=NOON)
    with pytest.raises(NotFound):
        start_drill(site_id=0, intent=world.signs(world.qa), at=NOON)
    for person in (world.technician, world.admin, world.inspector):
        with unauthorised():
            start_drill(site_id=world.site.pk, intent=world.signs(person), at=NOON)
