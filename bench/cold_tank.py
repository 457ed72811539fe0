"""A full tank of the scale's site with a probe of its own, for what is measured of temperature."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

from audit.changes import machine_change
from freezer_inventory.scale.contents import add_positions, fill
from freezer_inventory.scale.frame import add_tank, frame, opened
from freezer_inventory.scale.load import without_limit
from inventory.models import (
    Category,
    Container,
    ContainerType,
    Holds,
    LayoutKind,
    StorageClass,
)
from temperature.actions.take_readings import take_readings
from temperature.arrivals import Arrival, Sample
from temperature.models import (
    Calibration,
    Feed,
    FeedKind,
    Fitting,
    IntakeKind,
    LimitProfile,
    LimitVersion,
    Probe,
    Zone,
)

CHANNEL = "bench"
MINUTE = timedelta(minutes=1)
CRITICAL = {"level": "critical", "side": "above", "limit": -135.0, "delay_seconds": 0}


def seconds(act: Callable[[], object]) -> float:
    """Return how long an act took."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def full_tank(racks: int) -> Container:
    """Return a new tank of the scale's site with 900 vials in each of its racks."""
    around = frame()
    without_limit()
    with opened():
        kind = ContainerType.objects.create(
            name=f"Bench tank {timezone.now():%H%M%S}",
            category=Category.TANK,
            names=[f"R{number}" for number in range(1, racks + 1)],
            accepts=[Category.RACK],
            storage_class=StorageClass.VAPOUR,
            holds=Holds.CONTAINER,
            layout=LayoutKind.NAMED,
        )
        larger = replace(around, types={**around.types, "Scale tank": kind})
        tank, boxes = add_tank(larger)
        add_positions(boxes)
    with opened():
        fill(larger, tank, boxes, timezone.now() - 10 * MINUTE)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("RESET statement_timeout")
        cursor.execute("RESET lock_timeout")
    return tank


def fit(unit: Container, since: datetime) -> int:
    """Give the unit a probe of a new source, calibration and limits; return the source's key."""
    name = f"bench {datetime.now(UTC):%H%M%S}"
    with machine_change("bench", action="bench", reason="To measure"):
        feed = Feed.objects.create(site=unit.site, name=name, kind=FeedKind.PUSH, every=MINUTE)
        probe = Probe.objects.create(code=name, feed=feed, channel=CHANNEL, expected_every=MINUTE)
        Fitting.objects.create(probe=probe, unit=unit, zone=Zone.LID, began_at=since)
        Calibration.objects.create(
            probe=probe, calibrated_at=since, due_at=since + timedelta(days=900), certificate="b"
        )
        profile, _ = LimitProfile.objects.get_or_create(unit=unit, defaults={"name": name})
        LimitVersion.objects.create(
            profile=profile,
            number=profile.versions.count() + 1,
            effective_at=since,
            setpoint=-190,
            dead_band=2,
            bands=[CRITICAL],
            justification="To measure",
        )
    return feed.pk


def say(feed: int, said: Iterable[tuple[datetime, float]], *, at: datetime) -> None:
    """Let the probe say values in °C, each of a time; they come in at `at`."""
    samples = [Sample(CHANNEL, when, celsius) for when, celsius in said]
    arrival = Arrival(kind=IntakeKind.PUSHED, body=repr(samples).encode(), samples=samples)
    take_readings(feed_id=feed, arrival=arrival, at=at)
