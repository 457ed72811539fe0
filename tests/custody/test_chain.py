"""The hash chain of a vial shows whatever was done to its ledger behind the triggers."""

import json

import pytest
from django.db import connection

from custody.chain import check_chains
from custody.models import CustodyEvent
from custody.models.entry_text import DETAILS as DETAILS_COLUMN
from custody.models.entry_text import KEYS, TIMES, WORDS, as_json, as_row, hash_of
from inventory.models import Vial
from tests.world import World


def tamper(statement: str, *values: int) -> None:
    """Write past the triggers, as somebody with the superuser's rights could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, list(values))
        cursor.execute("SET session_replication_role = origin")


@pytest.mark.urs("URS-35", "URS-37")
def test_verifies_an_honest_ledger(world: World) -> None:
    vials = world.released(3)

    checks = check_chains([vial.pk for vial in vials])

    assert all(check.intact and check.unbroken for check in checks.values())
    assert {check.first_bad_event for check in checks.values()} == {None}


@pytest.mark.urs("URS-37")
@pytest.mark.parametrize(
    "column", ["reason = 'other'", "actor_id = NULL", "recorded_at = recorded_at - interval '1 h'"]
)
def test_names_the_first_altered_entry(world: World, column: str) -> None:
    vial = world.released()[0]
    first = CustodyEvent.objects.get(vial=vial, seq=1)

    tamper(f"UPDATE custody_custodyevent SET {column} WHERE id = %s", first.pk)

    check = check_chains([vial.pk])[vial.pk]
    assert (check.intact, check.first_bad_event) == (False, first.pk)


@pytest.mark.urs("URS-37", "URS-39")
def test_shows_a_removed_entry(world: World) -> None:
    vial = world.released()[0]
    middle = CustodyEvent.objects.get(vial=vial, seq=2)

    tamper("UPDATE custody_stay SET began_with_id = 0 WHERE began_with_id = %s", middle.pk)
    tamper("DELETE FROM custody_custodyevent WHERE id = %s", middle.pk)
    check, third = check_chains([vial.pk])[vial.pk], CustodyEvent.objects.get(vial=vial, seq=3)
    assert (check.intact, check.unbroken) == (False, False)
    assert (check.first_bad_event, check.first_gap_event) == (third.pk, third.pk)
    tamper(
        "UPDATE custody_stay SET began_with_id = (SELECT max(id) FROM custody_custodyevent) "
        "WHERE began_with_id = 0"
    )


@pytest.mark.urs("URS-37")
@pytest.mark.parametrize(
    "column", ["quality = 'rejected'", "position_id = NULL, custody = 'missing'"]
)
def test_shows_a_vial_that_differs_from_its_ledger(world: World, column: str) -> None:
    vial = world.released()[0]

    tamper(f"UPDATE inventory_vial SET {column} WHERE id = %s", vial.pk)

    check = check_chains([vial.pk])[vial.pk]
    assert (check.intact, check.unbroken) == (True, False)
    assert check.first_gap_event is None


@pytest.mark.urs("URS-37")
def test_shows_a_vial_in_other_hands_than_its_ledger_says(world: World) -> None:
    vial = world.received()[0]

    tamper("UPDATE inventory_vial SET custodian_id = %s WHERE id = %s", world.qa.pk, vial.pk)

    assert not check_chains([vial.pk])[vial.pk].unbroken


def test_a_vial_without_entries_is_neither_intact_nor_unbroken(world: World) -> None:
    vial = world.expected()[0]
    assert Vial.objects.filter(pk=vial.pk).exists()

    check = check_chains([vial.pk])[vial.pk]

    assert (check.intact, check.unbroken) == (False, False)


HOSTILE = [
    "",
    " ",
    '"',
    "\\",
    '", "kind": "x',
    "\n\t\r\x01\x1f\x7f",
    "é › 試 🧊 \u2028",
    "</script>",
    "null",
]
DETAILS: list[object] = [None, {}, [], 7, {"b": 1.50, "a": {"c": ['"', None, True]}}]
INSTANTS = [None, "2026-11-20T12:00:00Z", "2026-11-20T12:00:00.000001Z", "1900-01-01", "9999-12-31"]


def rows() -> list[dict[str, object]]:
    """Return entries with hostile words, among them two that differ in where one column ends."""
    moved: dict[str, object] = {**dict.fromkeys(WORDS, ""), "kind": 'a","b', "device": "c"}
    told = [
        dict.fromkeys(WORDS, words)
        | dict.fromkeys(KEYS, [None, number, -number, 2**31 - 1][number % 4])
        | dict.fromkeys(TIMES, INSTANTS[number % 5])
        | {"details": DETAILS[number % 5]}
        for number, words in enumerate([None, *HOSTILE])
    ]
    return [*told, moved, moved | {"kind": "a", "device": 'b","c'}]


def as_postgres_quotes(value: object) -> str:
    """Write one column as a row of PostgreSQL shows it: an independent reading of its manual."""
    if value is None:
        return ""
    text = str(value)
    if text and not any(sign in text for sign in '"\\(), \n\t\r\x0b\x0c'):
        return text
    doubled = text.replace("\\", "\\\\").replace('"', '""')
    return f'"{doubled}"'


@pytest.mark.django_db
@pytest.mark.urs("URS-37", "URS-38")
def test_an_entry_is_hashed_as_a_row_shows_it() -> None:
    asked = ", ".join(f"e.{name}::text" for name in (*KEYS, *WORDS, DETAILS_COLUMN))
    times = ", ".join(f"extract(epoch FROM e.{name})::text" for name in TIMES)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Europe/Rome'; SET LOCAL DateStyle TO 'SQL, DMY'")
        cursor.execute(
            f"""SELECT {as_row("e")}, {asked}, {times}
            FROM jsonb_populate_recordset(NULL::custody_custodyevent, %s) e""",
            [json.dumps(rows())],
        )
        told = cursor.fetchall()

    assert len({text for text, *_ in told}) == len(told) == len(rows())
    for text, *columns in told:
        assert text == f"({','.join(as_postgres_quotes(each) for each in (2, *columns))})"


@pytest.mark.urs("URS-37", "URS-38")
def test_an_entry_of_the_first_layout_goes_on_verifying(world: World) -> None:
    vial = world.released()[0]
    chain = list(CustodyEvent.objects.filter(vial=vial).order_by("seq"))
    for event in chain:
        tamper(
            "UPDATE custody_custodyevent e SET previous_hash = COALESCE((SELECT b.hash FROM "
            "custody_custodyevent b WHERE b.vial_id = e.vial_id AND b.seq = e.seq - 1), '') "
            "WHERE e.id = %s",
            event.pk,
        )
        tamper(
            f"UPDATE custody_custodyevent e SET hash = {hash_of('e', as_json('e'))} "
            "WHERE e.id = %s",
            event.pk,
        )
    assert check_chains([vial.pk])[vial.pk].intact

    tamper("UPDATE custody_custodyevent SET device = 'other' WHERE id = %s", chain[1].pk)

    check = check_chains([vial.pk])[vial.pk]
    assert (check.intact, check.first_bad_event) == (False, chain[1].pk)


@pytest.mark.django_db
@pytest.mark.urs("URS-37", "URS-38")
def test_an_entry_of_the_first_layout_was_hashed_as_jsonb_shows_it() -> None:
    pairs = ", ".join(f"'{name}', e.{name}" for name in ("details", *KEYS, *WORDS))
    times = ", ".join(f"'{name}', extract(epoch FROM e.{name})" for name in TIMES)

    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {as_json("e")}, jsonb_build_object('layout', 1, {pairs}, {times})::text
            FROM jsonb_populate_recordset(NULL::custody_custodyevent, %s) e""",
            [json.dumps(rows())],
        )
        told = cursor.fetchall()

    assert len(told) == len(rows())
    assert all(by_hand == as_jsonb for by_hand, as_jsonb in told)
