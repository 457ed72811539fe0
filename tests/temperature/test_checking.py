"""Readings that were touched behind the system's back are named by the verification."""

from datetime import timedelta

import pytest

from audit.seals.findings import Kind
from audit.seals.verifying import verify_trail
from temperature.models import Intake, Probe, Reading
from tests.audit.seals.tampering import tamper
from tests.factories.temperature import ProbeFactory, arrived
from tests.world import NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-02", "URS-111")]

START = NOON - timedelta(hours=1)


@pytest.fixture
def probe() -> Probe:
    """Return a probe that was heard twice."""
    made: Probe = ProbeFactory.create()
    arrived(made, [-190.0, None, -120.0], start=START, at=NOON)
    arrived(made, [-190.0], start=START + timedelta(minutes=30), at=NOON)
    return made


def found() -> list[tuple[Kind, str, int | None]]:
    """Verify, and return what is wrong with readings."""
    return [
        (finding.kind, finding.table, finding.key)
        for finding in verify_trail().findings
        if finding.table == Reading._meta.db_table
    ]


def test_finds_nothing_where_nothing_was_touched(probe: Probe) -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("attack", "count"),
    [
        ("UPDATE temperature_reading SET value = -190 WHERE value = -120", []),
        ("UPDATE temperature_reading SET flags = 0 WHERE value IS NULL", []),
        ("DELETE FROM temperature_reading WHERE value = -120", [Kind.MISSING]),
    ],
)
def test_names_the_arrival_whose_readings_were_touched(
    probe: Probe, attack: str, count: list[Kind]
) -> None:
    tamper(attack)

    first = Intake.objects.earliest("pk")
    table = Reading._meta.db_table
    assert found() == [
        (Kind.ALTERED, table, first.pk),
        *((kind, table, None) for kind in count),
    ]


def test_names_readings_that_no_arrival_brought(probe: Probe) -> None:
    tamper(
        "INSERT INTO temperature_reading"
        " (probe_id, device_at, value, flags, received_at, intake_id)"
        " SELECT probe_id, device_at - interval '1 day', -190, 0, received_at, 0"
        " FROM temperature_reading WHERE value = -120"
    )

    assert found() == [(Kind.INSERTED, Reading._meta.db_table, None)]
