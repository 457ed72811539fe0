"""A probe falls silent: somebody is called, and what it said last passes for nothing."""

from datetime import timedelta

import pytest

from custody.findings import Verdict
from custody.queries.verdicts import verdicts
from reports.kit.blocks import Mark
from reports.queries import therapy_dossier
from temperature.models import Alarm, AlarmCause, Gap, GapCause, Level, Notification
from tests.factories.telling import ChannelFactory, ContactFactory, OnCallFactory
from tests.temperature.walking import CELSIUS, as_current, gateway_of, seen, workers_turn
from tests.world import NOON, World
from web.alarm_warning import Memory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-108")]

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
VALUES = [-191.0, -189.3, -191.0, -189.3, -191.0, -189.3, -189.9]
LAST = f"−189.9{CELSIUS}"


@pytest.mark.parametrize(
    ("every", "silent"),
    [(MINUTE, 3 * MINUTE), (5 * MINUTE, 15 * MINUTE), (10 * MINUTE, 15 * MINUTE)],
    ids=["three intervals", "a quarter of an hour", "never longer"],
)
def test_calls_within_three_intervals_and_shows_no_last_value_as_that_of_now(
    world: World, known_alarms: Memory, every: timedelta, silent: timedelta
) -> None:
    ChannelFactory.create()
    ContactFactory.create(person=world.supervisor)
    OnCallFactory.create(site=world.site, person=world.supervisor)
    vials = world.released(3)
    gateway = gateway_of(world)
    probe = gateway.probe(world, every=every)
    last = NOON + 6 * every
    for step, value in enumerate(VALUES):
        at = NOON + step * every
        gateway.sends([(probe, at, value)], at=at)
    workers_turn(last)
    keys = [vial.pk for vial in vials]
    before = verdicts(keys, at=last)
    assert {judged.verdict for judged in before.values()} == {Verdict.GREEN}
    assert LAST in as_current(seen(world.technician, "/temperature/", at=last))

    workers_turn(last + silent)
    assert not Alarm.objects.filter(cause=AlarmCause.GAP).exists(), "it may still come"
    late = last + silent + SECOND
    workers_turn(late)

    gap = Gap.objects.get()
    assert (gap.cause, gap.began_at, gap.ended_at) == (GapCause.SILENT, last, None)
    told = {alarm.cause: alarm for alarm in Alarm.objects.open()}
    assert (told[AlarmCause.GAP].level, told[AlarmCause.GAP].raised_at) == (Level.ACTION, late)
    assert told[AlarmCause.BLIND].level == Level.CRITICAL
    assert {told[cause].is_late for cause in (AlarmCause.GAP, AlarmCause.BLIND)} == {False}
    called = Notification.objects.filter(telling__alarm=told[AlarmCause.BLIND])
    assert {row.person for row in called} == {world.supervisor}
    judged = verdicts(keys, at=late)
    assert {one.verdict for one in judged.values()} == {Verdict.GREY}
    known_alarms.until = 0.0
    therapy = vials[0].therapy
    assert therapy is not None
    for path in (
        "/",
        "/temperature/",
        f"/temperature/units/{world.tank.pk}/",
        f"/storage/{world.tank.pk}/",
        f"/storage/{world.box.pk}/",
        f"/vials/{vials[0].pk}/",
        f"/scan/?code={vials[0].code}",
        f"/therapies/{therapy.coi}/",
    ):
        page = seen(world.qa, path, at=late)
        assert LAST not in as_current(page), path
        assert f"{world.tank.name}, no probe of the unit measures" in page, path
    dossier = therapy_dossier(therapy.pk, asked_by=world.qa, at=late)
    assert {one.verdict.mark for one in dossier.containers} == {Mark.GREY}
    assert "189.9" not in repr(dossier)
