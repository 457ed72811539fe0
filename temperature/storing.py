"""Storing readings: all of one arrival at once, each probe and time once, sealed by its digest."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import chain

from django.db import connection

from audit.changes import OpenChange
from temperature.arrivals import Arrival, Fault
from temperature.loggers import same_file
from temperature.models import UNUSABLE_BITS, Feed, Intake, Probe, Quantity, Reading
from temperature.rules.device_clocks import Channel
from temperature.rules.taking import FAULTS_KEPT, Row, Taken
from temperature.setting_aside import keep_clocks, set_aside

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
NO_TIME = -(2**63)
ROW = struct.Struct("<qqd?Hq")
"""How a reading is digested: probe, time, value, whether there is one, flags, gateway's time."""
LONGEST_NAME = 200
ROWS_AT_ONCE = 50_000
"""In one statement, so that none of them lasts as long as statements may."""

INTO_READINGS = """
    INSERT INTO public.temperature_reading
        (probe_id, device_at, value, flags, gateway_at, received_at, intake_id)
    SELECT n.probe_id, timestamptz 'epoch' + n.device_at * interval '1 microsecond', n.value,
        n.flags, timestamptz 'epoch' + n.gateway_at * interval '1 microsecond', %s, %s
    FROM unnest(%s::text::bigint[], %s::text::bigint[], %s::text::float8[], %s::text::int2[],
        %s::text::bigint[]) AS n (probe_id, device_at, value, flags, gateway_at)
    ON CONFLICT (probe_id, device_at) DO NOTHING
"""

OF_THIS_INTAKE = """
    SELECT r.probe_id, r.device_at FROM public.temperature_reading r
    WHERE r.intake_id = %s AND r.probe_id = ANY(%s::bigint[]) AND r.device_at BETWEEN %s AND %s
"""

CONTRADICTED = """
    SELECT n.device_at, r.value, n.value
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::float8[])
        AS n (probe_id, device_at, value)
    JOIN public.temperature_reading r USING (probe_id, device_at)
    WHERE r.value IS DISTINCT FROM n.value ORDER BY n.device_at LIMIT %s
"""

INTO_STATES = """
    INSERT INTO public.temperature_probestate AS s
        (probe_id, last_at, last_value, last_flags, usable_at, usable_value, heard_at,
        dirty_from, arrivals)
    SELECT n.probe_id, n.last_at, n.last_value, n.last_flags, n.usable_at, n.usable_value, %s,
        n.first_at, 1
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::float8[], %s::int2[], %s::timestamptz[],
        %s::float8[], %s::timestamptz[]) AS n
        (probe_id, last_at, last_value, last_flags, usable_at, usable_value, first_at)
    ORDER BY n.probe_id
    ON CONFLICT (probe_id) DO UPDATE SET
        arrivals = s.arrivals + 1,
        heard_at = GREATEST(s.heard_at, EXCLUDED.heard_at),
        dirty_from = LEAST(s.dirty_from, EXCLUDED.dirty_from),
        last_value = CASE WHEN s.last_at >= EXCLUDED.last_at THEN s.last_value
            ELSE EXCLUDED.last_value END,
        last_flags = CASE WHEN s.last_at >= EXCLUDED.last_at THEN s.last_flags
            ELSE EXCLUDED.last_flags END,
        last_at = GREATEST(s.last_at, EXCLUDED.last_at),
        usable_value = CASE WHEN s.usable_at >= EXCLUDED.usable_at OR EXCLUDED.usable_at IS NULL
            THEN s.usable_value ELSE EXCLUDED.usable_value END,
        usable_at = GREATEST(s.usable_at, EXCLUDED.usable_at)
"""


def channels_of(feed: Feed) -> dict[str, Channel]:
    """Return the probes in service by what `feed` calls them; one query."""
    rows = Probe.objects.filter(feed=feed, retired_at__isnull=True)
    columns = rows.values_list(
        *("channel", "pk", "quantity", "expected_every"),
        *("state__clock_at", "state__clock_heard_at"),
    )
    return {
        name: Channel(key, Quantity(quantity), every, clock_at, heard_at)
        for name, key, quantity, every, clock_at, heard_at in columns
    }


def store(
    change: OpenChange, feed: Feed, arrival: Arrival, *, taken: Taken, at: datetime
) -> Intake:
    """
    Store what was taken of an arrival, in the Change that is open, and its intake with it.

    A reading that is known already changes nothing; one whose value is another than the one
    known is told as a fault and not stored: raw readings are never altered.
    taken: by `temperature.rules.taking.take`, with months that are there; at: when it came.
    Source: 21 CFR 11.10(e); REQUIREMENTS C4; URS-06, URS-111.
    """
    key = _next_key()
    rows = _insert(taken, intake_id=key, at=at)
    digest = sha256(arrival.body).hexdigest()
    contradicted = _contradicted(taken) if len(rows) < len(taken.probes) else []
    told = [*same_file(feed, arrival, digest), *arrival.faults, *taken.faults, *contradicted]
    _tell_states(rows, at=at)
    aside = set_aside(taken.aside, intake_id=key, at=at)
    keep_clocks(taken.clocks, at=at)
    intake = Intake(
        pk=key,
        feed=feed,
        kind=arrival.kind,
        name=arrival.name[:LONGEST_NAME],
        digest=digest,
        original=arrival.body if arrival.is_original_kept else None,
        rows=len(arrival.samples) + len(arrival.faults),
        stored=len(rows),
        aside=len(aside),
        repeated=taken.repeated + len(taken.probes) + len(taken.aside) - len(rows) - len(aside),
        refused=taken.refused + len(arrival.faults),
        faults=[[fault.where, fault.words] for fault in told[:FAULTS_KEPT]],
        readings_digest=digest_of(chain(rows, aside)),
        **_span(taken),
        received_at=at,
        settings=dict(arrival.settings),
    )
    intake.save(force_insert=True)
    change.subject.update(feed=feed.name, intake=key)
    return intake


def _span(taken: Taken) -> dict[str, datetime | None]:
    """Return from when to when what is stored was measured, as an intake names it."""
    times = taken.device_at
    return {"first_at": min(times, default=None), "last_at": max(times, default=None)}


def digest_of(rows: Iterable[Row]) -> str:
    """Return the SHA-256 in hex of readings: stored ones, then those set aside, each in order."""
    digest = sha256()
    for probe, at, value, flags, gateway_at in rows:
        digest.update(
            ROW.pack(
                probe,
                (at - EPOCH) // MICROSECOND,
                0.0 if value is None else value,
                value is not None,
                flags,
                NO_TIME if gateway_at is None else (gateway_at - EPOCH) // MICROSECOND,
            )
        )
    return digest.hexdigest()


def stored_rows(intake: Intake) -> Iterator[Row]:
    """Yield the readings that an intake brought, as its digest takes them."""
    probes = Probe.objects.filter(feed=intake.feed_id)
    rows = Reading.objects.filter(
        intake=intake, probe__in=probes, device_at__range=(intake.first_at, intake.last_at)
    ).order_by("probe_id", "device_at")
    columns = rows.values_list("probe_id", "device_at", "value", "flags", "gateway_at")
    yield from columns.iterator(chunk_size=5000)


def _next_key() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('temperature_intake', 'id'))")
        return int(cursor.fetchone()[0])


def _insert(taken: Taken, *, intake_id: int, at: datetime) -> list[Row]:
    """Insert what is not known yet; return the rows that were stored."""
    rows: list[Row] = list(
        zip(
            taken.probes,
            taken.device_at,
            taken.values,
            taken.flags,
            taken.gateway_at,
            strict=True,
        )
    )
    if not rows:
        return []
    new = 0
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            cursor.execute(INTO_READINGS, [at, intake_id, *_arrays(taken, part)])
            new += cursor.rowcount
        if new == len(rows):
            return rows
        cursor.execute(
            OF_THIS_INTAKE,
            [intake_id, list(set(taken.probes)), min(taken.device_at), max(taken.device_at)],
        )
        stored = set(cursor.fetchall())
    return [row for row in rows if row[:2] in stored]


def _arrays(taken: Taken, part: slice) -> list[str]:
    """
    Return some of the readings as arrays for PostgreSQL, written by hand: times in microseconds.

    The driver takes several times as long for half a million values.
    """
    return [
        _array(map(str, taken.probes[part])),
        _array(str((at - EPOCH) // MICROSECOND) for at in taken.device_at[part]),
        _array("NULL" if value is None else repr(float(value)) for value in taken.values[part]),
        _array(map(str, taken.flags[part])),
        _array(
            "NULL" if at is None else str((at - EPOCH) // MICROSECOND)
            for at in taken.gateway_at[part]
        ),
    ]


def _array(texts: Iterable[str]) -> str:
    return f"{{{','.join(texts)}}}"


def _contradicted(taken: Taken) -> list[Fault]:
    """Tell which readings are known with another value."""
    with connection.cursor() as cursor:
        cursor.execute(CONTRADICTED, [taken.probes, taken.device_at, taken.values, FAULTS_KEPT])
        return [
            Fault(
                f"{at:%Y-%m-%d %H:%M:%S} UTC",
                f"{new} came, {known} is stored already and stays: raw readings are not altered.",
            )
            for at, known, new in cursor.fetchall()
        ]


def _tell_states(rows: Sequence[Row], *, at: datetime) -> None:
    """Keep for each probe its newest reading, and from when on it must be judged again."""
    if not rows:
        return
    first: dict[int, datetime] = {}
    last: dict[int, Row] = {}
    usable: dict[int, Row] = {}
    for row in rows:  # by probe and time
        first.setdefault(row[0], row[1])
        last[row[0]] = row
        if not row[3] & UNUSABLE_BITS:
            usable[row[0]] = row
    newest = [last[probe] for probe in first]
    believed = [usable.get(probe) for probe in first]
    with connection.cursor() as cursor:
        cursor.execute(
            INTO_STATES,
            [
                at,
                list(first),
                [row[1] for row in newest],
                [row[2] for row in newest],
                [row[3] for row in newest],
                [row and row[1] for row in believed],
                [row and row[2] for row in believed],
                list(first.values()),
            ],
        )
