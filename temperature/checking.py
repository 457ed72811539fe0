"""Recomputing the digests of readings: what was altered, removed or put in is named."""

from collections.abc import Iterator

from django.db.models import Sum

from audit.seals.findings import Finding, Kind
from audit.seals.reading import patient_cursor
from temperature.models import Intake, Reading
from temperature.storing import digest_of, stored_rows

TABLE = Reading._meta.db_table
AT_ONCE = 500


def check_readings() -> Iterator[Finding]:
    """
    Yield each arrival whose readings are not as its sealed digest says, then what none brought.

    Source: 21 CFR 11.10(a), (e); URS-02, URS-111.
    """
    intakes = Intake.objects.filter(stored__gt=0).order_by("pk").defer("original")
    for intake in intakes.iterator(chunk_size=AT_ONCE):
        if digest_of(stored_rows(intake)) != intake.readings_digest:
            words = f"the readings that arrival {intake.pk} brought are not as they were sealed"
            yield Finding(
                kind=Kind.ALTERED, table=TABLE, key=intake.pk, change=intake.change_id, words=words
            )
    brought = Intake.objects.aggregate(all=Sum("stored"))["all"] or 0
    there = _count()
    if there != brought:
        kind = Kind.MISSING if there < brought else Kind.INSERTED
        words = f"{brought} readings were brought, {there} are there"
        yield Finding(kind=kind, table=TABLE, key=None, words=words)


def _count() -> int:
    """Count all readings, however long it takes."""
    with patient_cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM public.{TABLE}")
        return int(cursor.fetchone()[0])
