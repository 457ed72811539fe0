"""Sources, probes and readings for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import factory

from accounts.models import Person
from audit.changes import machine_change
from inventory.models import Container
from temperature.actions.take_readings import take_readings
from temperature.arrivals import Arrival, Sample
from temperature.models import (
    Alarm,
    AlarmCause,
    AlarmPause,
    Calibration,
    Excursion,
    Feed,
    FeedKind,
    Fitting,
    Gap,
    GapCause,
    Intake,
    IntakeKind,
    Level,
    LimitProfile,
    LimitVersion,
    Probe,
    Quantity,
    Side,
    Zone,
)
from tests.factories.base import RegulatedFactory
from tests.factories.inventory import SiteFactory

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class FeedFactory(RegulatedFactory[Feed]):
    """A source that sends to the portal."""

    class Meta:
        model = Feed

    site = factory.SubFactory(SiteFactory)
    name = factory.Sequence(lambda number: f"Gateway {number}")
    kind = FeedKind.PUSH
    every = MINUTE


class ProbeFactory(RegulatedFactory[Probe]):
    """A thermometer of a source, under its own code as its channel."""

    class Meta:
        model = Probe

    code = factory.Sequence(lambda number: f"TP-{number:03d}")
    quantity = Quantity.TEMPERATURE
    feed = factory.SubFactory(FeedFactory)
    channel = factory.SelfAttribute("code")
    expected_every = MINUTE


class FittingFactory(RegulatedFactory[Fitting]):
    """A probe under the lid of a unit."""

    class Meta:
        model = Fitting

    probe = factory.SubFactory(ProbeFactory)
    zone = Zone.LID
    began_at = LONG_AGO


class CalibrationFactory(RegulatedFactory[Calibration]):
    """A calibration that counts for the year."""

    class Meta:
        model = Calibration

    probe = factory.SubFactory(ProbeFactory)
    calibrated_at = LONG_AGO
    due_at = datetime(2027, 1, 1, tzinfo=UTC)
    certificate = "CAL-1"


def fitted_probe(unit: Container, **said: object) -> Probe:
    """Return a calibrated probe of `unit`, at its site."""
    probe: Probe = ProbeFactory.create(feed__site=unit.site, **said)
    FittingFactory.create(probe=probe, unit=unit)
    CalibrationFactory.create(probe=probe)
    return probe


def readings(
    values: Sequence[float | None],
    *,
    start: datetime,
    channel: str = "TP",
    every: timedelta = MINUTE,
) -> list[Sample]:
    """Return one sample after the other."""
    return [Sample(channel, start + every * step, value) for step, value in enumerate(values)]


def arrived(
    probe: Probe, values: Sequence[float | None], *, start: datetime, at: datetime
) -> Intake:
    """Let readings of one probe come in, one a minute from `start` on."""
    return arrived_every(probe, values, start=start, at=at, every=MINUTE)


def arrived_every(
    probe: Probe,
    values: Sequence[float | None],
    *,
    start: datetime,
    at: datetime,
    every: timedelta,
) -> Intake:
    """Let readings of one probe come in, one each `every` from `start` on."""
    samples = readings(values, start=start, channel=probe.channel, every=every)
    arrival = Arrival(kind=IntakeKind.PUSHED, body=repr(samples).encode(), samples=samples)
    return take_readings(feed_id=probe.feed_id, arrival=arrival, at=at)


class LimitProfileFactory(RegulatedFactory[LimitProfile]):
    """Limits of one unit."""

    class Meta:
        model = LimitProfile

    name = factory.Sequence(lambda number: f"Limits {number}")
    quantity = Quantity.TEMPERATURE


class LimitVersionFactory(RegulatedFactory[LimitVersion]):
    """Version 1: action above −150 °C for five minutes, critical above −135 °C at once."""

    class Meta:
        model = LimitVersion

    profile = factory.SubFactory(LimitProfileFactory)
    number = 1
    effective_at = LONG_AGO
    setpoint = -190.0
    dead_band = 2.0
    bands = factory.LazyFunction(
        lambda: [
            {"level": "action", "side": "above", "limit": -150.0, "delay_seconds": 300},
            {"level": "critical", "side": "above", "limit": -135.0, "delay_seconds": 0},
        ]
    )
    justification = "Mapped in January"


def silent_alarm(unit: Container, *, at: datetime) -> Alarm:
    """Return the alarm of a probe of `unit` that fell silent at `at`."""
    probe = fitted_probe(unit)
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        gap = Gap(probe=probe, unit=unit, cause=GapCause.SILENT, began_at=at, found_at=at)
        gap.save(force_insert=True)
        alarm = Alarm(probe=probe, unit=unit, cause=AlarmCause.GAP, gap=gap, level=Level.ACTION)
        alarm.raised_at = alarm.told_from = at
        alarm.save(force_insert=True)
    return alarm


def a_row_of_each(unit: Container, *, by: Person, at: datetime) -> None:
    """Let every table of temperature that is a record have a row."""
    probe = fitted_probe(unit)
    intake = arrived(probe, [-190.0, -140.0], start=at - MINUTE, at=at)
    arrived(probe, [-190.0], start=at + 10 * MINUTE, at=at)  # by a clock that is ahead
    limits = LimitVersionFactory.create(profile__unit=unit)
    span = {"began_at": intake.first_at, "found_at": at, "method": "rules-1"}
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        Excursion(
            probe=probe,
            unit=unit,
            limits=limits,
            level=Level.ACTION,
            side=Side.ABOVE,
            limit=-150.0,
            peak=-140.0,
            peak_at=at,
            seconds_beyond=60,
            **span,
        ).save(force_insert=True)
        gap = Gap(probe=probe, unit=unit, cause=GapCause.SILENT, **span)
        gap.save(force_insert=True)
        alarm = Alarm(probe=probe, unit=unit, cause=AlarmCause.GAP, gap=gap, level=Level.ACTION)
        alarm.raised_at = alarm.told_from = at
        alarm.save(force_insert=True)
        pause = AlarmPause(unit=unit, reason="Service", began_at=at, until=at + MINUTE)
        pause.paused_by = by
        pause.save(force_insert=True)
