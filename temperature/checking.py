"""Recomputing the digests of readings: what was altered, removed or put in is named."""

from collections.abc import Iterator

from django.db.models import F, Q, Sum

from audit.seals.findings import Finding, Kind
from audit.seals.reading import patient_cursor
from temperature.models import Intake, Reading, SetAside
from temperature.rules.taking import Row
from temperature.setting_aside import rows_aside
from temperature.storing import digest_of, stored_rows

TABLE, ASIDE = Reading._meta.db_table, SetAside._meta.db_table
AT_ONCE = 500


def check_readings() -> Iterator[Finding]:
    """
    Yield each arrival whose readings are not as its sealed digest says, then what none brought.

    Source: 21 CFR 11.10(a), (e); URS-02, URS-111.
    """
    intakes = Intake.objects.filter(Q(stored__gt=0) | Q(aside__gt=0)).order_by("pk")
    for intake in intakes.defer("original").iterator(chunk_size=AT_ONCE):
        if digest_of(_rows(intake)) != intake.readings_digest:
            words = f"the readings that arrival {intake.pk} brought are not as they were sealed"
            yield Finding(
                kind=Kind.ALTERED, table=TABLE, key=intake.pk, change=intake.change_id, words=words
            )
    brought = Intake.objects.aggregate(all=Sum(F("stored") + F("aside")))["all"] or 0
    there = _count()
    if there != brought:
        kind = Kind.MISSING if there < brought else Kind.INSERTED
        words = f"{brought} readings were brought, {there} are there"
        yield Finding(kind=kind, table=TABLE, key=None, words=words)


def _rows(intake: Intake) -> Iterator[Row]:
    yield from stored_rows(intake)
    if intake.aside:
        yield from rows_aside(intake)


def _count() -> int:
    """Count all readings, and those that were set aside, however long it takes."""
    counts = (f"(SELECT count(*) FROM public.{table})" for table in (TABLE, ASIDE))
    with patient_cursor() as cursor:
        cursor.execute(f"SELECT {' + '.join(counts)}")
        return int(cursor.fetchone()[0])
