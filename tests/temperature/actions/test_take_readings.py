"""Taking readings in."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, transaction

from audit.errors import NotFound
from temperature.actions.take_readings import take_readings
from temperature.arrivals import Arrival, Sample
from temperature.models import Feed, Flag, Intake, IntakeKind, Probe, ProbeState, Reading
from temperature.storing import digest_of, stored_rows
from tests.factories.temperature import FeedFactory, ProbeFactory, arrived, readings
from tests.world import NOON

pytestmark = pytest.mark.django_db(transaction=True)

HOUR_AGO = NOON - timedelta(hours=1)


@pytest.fixture
def probe() -> Probe:
    """Return a registered probe."""
    return ProbeFactory.create()


@pytest.mark.urs("URS-111", "URS-75")
def test_stores_what_came_and_seals_it_by_a_digest(probe: Probe) -> None:
    intake = arrived(probe, [-190.0, None, -189.5], start=HOUR_AGO, at=NOON)

    assert (intake.rows, intake.stored, intake.repeated, intake.refused) == (3, 3, 0, 0)
    rows = list(stored_rows(intake))
    assert [row[2] for row in rows] == [-190.0, None, -189.5]
    assert digest_of(rows) == intake.readings_digest
    assert set(Reading.objects.values_list("received_at", "intake_id")) == {(NOON, intake.pk)}


@pytest.mark.urs("URS-111")
def test_the_same_again_changes_nothing_and_another_value_is_told(probe: Probe) -> None:
    arrived(probe, [-190.0, -189.0], start=HOUR_AGO, at=NOON)

    again = arrived(probe, [-190.0, -120.0, -188.0], start=HOUR_AGO, at=NOON)

    assert (again.stored, again.repeated) == (1, 2)
    assert "-120.0 came, -189.0 is stored already" in again.faults[0][1]
    assert list(Reading.objects.values_list("value", flat=True).order_by("device_at")) == [
        -190.0,
        -189.0,
        -188.0,
    ]
    assert digest_of(stored_rows(again)) == again.readings_digest


@pytest.mark.urs("URS-75", "URS-111")
def test_keeps_every_microsecond_and_every_digit(probe: Probe) -> None:
    at = HOUR_AGO + timedelta(microseconds=123_457)
    sample = Sample(probe.channel, at, -80.10000000000001, Flag.NONE, at + timedelta.resolution)

    intake = take_readings(
        feed_id=probe.feed_id,
        arrival=Arrival(kind=IntakeKind.PUSHED, body=b"x", samples=[sample]),
        at=NOON,
    )

    row = Reading.objects.get()
    assert (row.device_at, row.value, row.gateway_at) == (at, sample.value, sample.gateway_at)
    assert digest_of(stored_rows(intake)) == intake.readings_digest


@pytest.mark.urs("URS-112")
def test_knows_the_newest_reading_and_from_when_on_to_judge(probe: Probe) -> None:
    arrived(probe, [-190.0, -189.0], start=NOON - timedelta(minutes=2), at=NOON)
    arrived(probe, [-170.0], start=HOUR_AGO, at=NOON)  # late

    state = ProbeState.objects.get(probe=probe)

    assert (state.last_at, state.last_value) == (NOON - timedelta(minutes=1), -189.0)
    assert state.dirty_from == HOUR_AGO


@pytest.mark.urs("URS-28")
def test_takes_nothing_from_a_source_that_is_not_registered_or_retired(probe: Probe) -> None:
    retired = FeedFactory.create(retired_at=NOON)
    arrival = Arrival(kind=IntakeKind.PUSHED, body=b"", samples=[])

    for key in (retired.pk, 0):
        with pytest.raises(NotFound):
            take_readings(feed_id=key, arrival=arrival, at=NOON)
    assert not Intake.objects.exists()


@pytest.mark.urs("URS-06")
def test_makes_the_months_of_a_back_fill(probe: Probe) -> None:
    intake = arrived(
        probe, [-190.0] * 3, start=NOON.replace(year=2024, month=2, day=29, hour=23), at=NOON
    )

    assert intake.stored == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('temperature_reading_2024_02') IS NOT NULL")
        assert cursor.fetchone() == (True,)


def test_two_workers_bringing_the_same_store_it_once(probe: Probe) -> None:
    found: list[Intake] = []
    barrier = Barrier(2)

    def bring() -> None:
        barrier.wait()
        found.append(arrived(probe, [-190.0] * 50, start=HOUR_AGO, at=NOON))
        connection.close()

    threads = [Thread(target=bring) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(intake.stored for intake in found) == [0, 50]
    assert Reading.objects.count() == 50


@pytest.mark.urs("URS-37", "URS-111")
@pytest.mark.parametrize("table", ["temperature_reading", "temperature_reading_2026_11"])
@pytest.mark.parametrize("attack", ["UPDATE {} SET value = -190", "DELETE FROM {}", "TRUNCATE {}"])
def test_a_reading_is_never_altered(probe: Probe, table: str, attack: str) -> None:
    arrived(probe, [-100.0], start=HOUR_AGO, at=NOON)

    with (
        pytest.raises(DatabaseError, match=r"append-only|never deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attack.format(table))

    assert Reading.objects.get().value == -100.0


@pytest.mark.urs("URS-37")
@pytest.mark.parametrize("table", ["temperature_reading", "temperature_reading_2026_11"])
def test_a_reading_is_not_stored_outside_a_change(probe: Probe, table: str) -> None:
    arrived(probe, [-100.0], start=HOUR_AGO, at=NOON)

    with (
        pytest.raises(DatabaseError, match="no Change is open"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"INSERT INTO {table} SELECT probe_id, device_at + interval '1 s', value, flags, "
            "gateway_at, received_at, intake_id FROM temperature_reading"
        )

    assert Reading.objects.count() == 1


def test_a_retired_probe_is_no_longer_heard(probe: Probe) -> None:
    feed: Feed = probe.feed
    samples = readings([-190.0], start=HOUR_AGO, channel="gone")
    ProbeFactory.create(feed=feed, channel="gone", retired_at=NOON)

    intake = take_readings(
        feed_id=feed.pk,
        arrival=Arrival(kind=IntakeKind.PUSHED, body=b"x", samples=samples),
        at=NOON,
    )

    assert (intake.stored, intake.refused) == (0, 1)
