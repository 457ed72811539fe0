"""
Searching a long trail: `python -m bench --trail 1000000`.

The changes are loaded by bare SQL with the triggers off, so that their times spread over years:
only ever into a database that is thrown away. What is measured are whole pages.
"""

import http.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from bench.ground import ground
from bench.pages import HOST, fetched, worker
from bench.timing import Line, Times, table, timed
from inventory.models import Vial

WARM_UP = 3
VIALS = 7200  # a tank
LOADED = "load_trail"
CHANGES = """
    INSERT INTO audit_change (door, action, actor_id, actor_user_id, actor_name, role, device,
        reason, procedure_step, request_id, app_version, recorded_at, transaction_id)
    SELECT 'attributed',
        CASE WHEN n %% 50000 = 7 THEN 'record_found' WHEN n %% 5 = 0 THEN 'check_out_vials'
            ELSE 'move_vials' END,
        p.id, p.user_id, p.full_name, CASE WHEN n %% 90000 = 11 THEN 'supervisor'
            ELSE 'technician' END,
        'cart ' || n %% 40, CASE WHEN n %% 70000 = 13 THEN 'Frost on the ' || n
            ELSE 'As the procedure says, step ' || n %% 300 END,
        '', '', 'load_trail', now() - make_interval(secs => (%(count)s - n) * 60), 0
    FROM generate_series(%(first)s, %(last)s) n
    JOIN accounts_person p ON p.user_id = CASE WHEN n %% 80000 = 17 THEN 'bench-witness'
        ELSE 'bench-technician' END
    ORDER BY n"""
VERSIONS = """
    INSERT INTO inventory_historicalvial (id, code, batch_id, program_id, therapy_id, parent_id,
        kind, purpose, volume_ml, nucleated_cells, expires_at, quality, custody, position_id,
        custodian_id, history_date, history_type, change_id)
    SELECT v.id, v.code, v.batch_id, v.program_id, v.therapy_id, v.parent_id, v.kind, v.purpose,
        v.volume_ml, v.nucleated_cells, v.expires_at, v.quality,
        CASE WHEN c.id / %(vials)s %% 2 = 0 THEN 'checked_out' ELSE 'in_storage' END,
        v.position_id, v.custodian_id, c.recorded_at, '~', c.id
    FROM audit_change c
    JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM inventory_vial
        WHERE id = ANY(%(keys)s)) v ON v.place = c.id %% %(vials)s
    WHERE c.app_version = 'load_trail' AND c.id > %(behind)s
    ORDER BY c.id"""
AT_ONCE = 100_000
TABLES = ("audit_change", "inventory_historicalvial")
CONDITIONS = """
    SELECT (SELECT count(*) FROM audit_change), pg_size_pretty(pg_table_size('audit_change')),
        pg_size_pretty(pg_indexes_size('audit_change'))"""
ACTOR = "c.actor_id = (SELECT id FROM accounts_person WHERE user_id = 'bench-witness')"
ROWS = "SELECT * FROM audit_change c WHERE {where} ORDER BY id DESC LIMIT 51"


@dataclass(frozen=True, kw_only=True)
class Search:
    """One search: the address of its first page, and the bare condition of the same changes."""

    what: str
    address: str
    where: str
    values: dict[str, Any] = field(default_factory=dict)


def measured_trail(*, changes: int, rounds: int) -> tuple[list[Line], str]:
    """Load changes until there are enough, and return what each search takes."""
    ground(vials=VIALS, rounds=1)
    took = _load(changes)
    client = Client(headers={"host": HOST})
    client.force_login(_reader())
    client.get("/audit/")
    with worker() as port:
        lines = [_line(search, client, port, rounds) for search in _searches()]
    return lines, f"{_conditions()} {took}.\n\n{table(lines)}"


def _load(changes: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_change WHERE app_version = %s", [LOADED])
        (there,) = cursor.fetchone()
    if there >= changes:
        return "loaded before"
    steps = range(there, changes, AT_ONCE)
    times = timed(_step(first + 1, min(first + AT_ONCE, changes), changes) for first in steps)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE audit_change, inventory_historicalvial")
    return f"{changes - there:,} changes loaded in {sum(times.rounds) / 1000:.0f} s"


def _step(first: int, last: int, count: int) -> Callable[[], None]:
    def load() -> None:
        keys = list(Vial.objects.order_by("pk").values_list("pk", flat=True)[:VIALS])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute("SELECT max(id) FROM audit_change")
            (behind,) = cursor.fetchone()
            cursor.execute(CHANGES, {"first": first, "last": last, "count": count})
            cursor.execute(VERSIONS, {"keys": keys, "vials": len(keys), "behind": behind})
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    return load


def _searches() -> Iterator[Search]:
    """Yield the searches: what is common, what is rare, and what never meets."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_disc(0.3) WITHIN GROUP (ORDER BY recorded_at)::date "
            "FROM audit_change WHERE app_version = %s", [LOADED],
        )  # fmt: skip
        (day,) = cursor.fetchone()
    vial = Vial.objects.select_related("batch", "therapy").order_by("pk")[7]
    coi = "" if vial.therapy is None else vial.therapy.coi
    in_words = "to_tsvector('simple', c.{0}) @@ websearch_to_tsquery('simple', %(words)s)"
    touched = "c.id IN (SELECT change_id FROM inventory_historicalvial WHERE id IN ({0}))"
    of_therapy = "SELECT id FROM inventory_vial WHERE therapy_id = %(key)s"
    on_the_day = "c.recorded_at >= %(day)s AND c.recorded_at < %(day)s + interval '1 day'"
    custody = (
        "c.id IN (SELECT h.change_id FROM inventory_historicalvial h WHERE h.custody <> ("
        "SELECT p.custody FROM inventory_historicalvial p WHERE p.id = h.id "
        "AND p.history_id < h.history_id ORDER BY p.history_id DESC LIMIT 1) "
        "AND h.change_id > (SELECT max(id) - 5000 FROM audit_change))"
    )
    yield Search(what="everything", address="", where="true")
    yield Search(what="who, common", address="person=bench-technician",
                 where="c.actor_user_id = 'bench-technician'")  # fmt: skip
    yield Search(what="who, 1 in 80,000", address="person=bench-witness",
                 where=ACTOR)  # fmt: skip
    yield Search(what="what, 1 in 50,000", address="action=record_found",
                 where="c.action = 'record_found'")  # fmt: skip
    yield Search(what="who and what that never meet",
                 address="person=bench-witness&action=record_found",
                 where=f"{ACTOR} AND c.action = 'record_found'")  # fmt: skip
    yield Search(what="one day long ago", address=f"since={day}&until={day}",
                 where=on_the_day, values={"day": day})  # fmt: skip
    yield Search(what="why, in every reason", address="reason=procedure",
                 where=in_words.format("reason"), values={"words": "procedure"})  # fmt: skip
    yield Search(what="why, 1 in 70,000", address="reason=frost",
                 where=in_words.format("reason"), values={"words": "frost"})  # fmt: skip
    yield Search(what="role, 1 in 90,000", address="role=supervisor",
                 where=in_words.format("role"), values={"words": "supervisor"})  # fmt: skip
    yield Search(what="device, 1 in 40", address="device=cart+7",
                 where="c.device = 'cart 7'")  # fmt: skip
    yield Search(what="one vial", address=f"code={vial.code}",
                 where=touched.format("%(key)s"), values={"key": vial.pk})  # fmt: skip
    yield Search(what="one therapy", address=f"code={coi}",
                 where=touched.format(of_therapy), values={"key": vial.therapy_id})  # fmt: skip
    yield Search(what="field that changes often", address="field=custody", where=custody)
    yield Search(what="field that never changed, one stretch", address="field=expires_at",
                 where=custody.replace("custody", "expires_at"))  # fmt: skip


def _line(search: Search, client: Client, port: int, rounds: int) -> Line:
    address = f"/audit/?{search.address}"
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"
    to = http.client.HTTPConnection(HOST, port, timeout=60)
    ours = _times(lambda: fetched(to, address, cookie), rounds)
    to.close()
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return Line(
        what=search.what,
        ours=ours,
        bare=_times(lambda: _asked(search), rounds),
        statements=len(asked),
        budget_ms=200,
    )


def _times(one: Callable[[], object], rounds: int) -> Times:
    return timed((one for _ in range(rounds + WARM_UP)), warm_up=WARM_UP)


def _asked(search: Search) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        cursor.execute(ROWS.format(where=search.where), search.values)
        cursor.fetchall()


def _reader() -> Person:
    """Return somebody who may read the trail."""
    return Person.objects.get(user_id="bench-reader")


def _conditions() -> str:
    with connection.cursor() as cursor:
        cursor.execute(CONDITIONS)
        changes, size, indexes = cursor.fetchone()
    return f"{changes:,} changes; their table takes {size}, its indexes {indexes};"
