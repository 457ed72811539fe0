"""Whatever is done to the trail behind its triggers, verifying it names the exact row."""

import json

import pytest
from django.db import connection

from audit.models import Change, RefusedAttempt, SealedChange, SealLayout
from audit.seals.findings import Finding, Kind
from audit.seals.layout import manifests_of_changes, present_layout
from audit.seals.verifying import verify_trail
from custody.models import CustodyEvent
from custody.models.entry_text import as_row, hash_of
from inventory.models import Vial
from tests.audit.seals.tampering import tamper
from tests.world import World

pytestmark = pytest.mark.urs("URS-02", "URS-38")

EVENT, HISTORY, CHANGE = "custody_custodyevent", "inventory_historicalvial", "audit_change"


def named(findings: list[Finding]) -> list[tuple[Kind, str, int | None]]:
    """Return what is wrong with which row."""
    return [(finding.kind, finding.table, finding.key) for finding in findings]


def found() -> list[tuple[Kind, str, int | None]]:
    """Verify, and return what is wrong with which row."""
    return named(verify_trail().findings)


def a_key(table: str, rank: int = 3) -> int:
    """Return a key of a table, neither the first nor the last one."""
    column = "history_id" if "historical" in table else "id"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY 1 OFFSET {rank} LIMIT 1")
        return int(cursor.fetchone()[0])


def test_finds_nothing_wrong_with_an_honest_trail(sealed: World) -> None:
    outcome = verify_trail()

    assert outcome.findings == []
    assert (outcome.first_seal, outcome.last_seal, outcome.seals) == (1, 3, 3)
    assert outcome.changes == Change.objects.count() > 60
    assert outcome.attempts == RefusedAttempt.objects.count() > 0
    assert outcome.records > Vial.objects.count()
    assert outcome.waiting == 0


@pytest.mark.parametrize(
    ("table", "edit"),
    [
        (HISTORY, "code = 'OTHER'"),
        (HISTORY, "history_date = history_date - interval '1 h'"),
        (EVENT, "reason = 'other'"),
        (EVENT, "details = '{\"x\": 1}'"),
        (EVENT, "hash = 'x'"),
        (CHANGE, "reason = 'other'"),
        (CHANGE, "recorded_at = recorded_at - interval '1 d'"),
        (CHANGE, "actor_name = 'Somebody Else'"),
        ("audit_signature", "printed_name = 'Somebody Else'"),
        ("audit_refusedattempt", "words = 'nothing happened'"),
    ],
)
def test_names_an_edited_row(sealed: World, table: str, edit: str) -> None:
    key = a_key(table, 0)

    column = "history_id" if table == HISTORY else "id"
    tamper(f"UPDATE {table} SET {edit} WHERE {column} = %s", key)

    assert found() == [(Kind.ALTERED, table, key)]


def test_says_in_which_change_and_seal_the_row_was(sealed: World) -> None:
    event = CustodyEvent.objects.latest("id")

    tamper("UPDATE custody_custodyevent SET device = 'other' WHERE id = %s", event.pk)

    [finding] = verify_trail().findings
    assert (finding.change, finding.seal) == (event.change_id, 3)
    assert str(finding) == (
        f"altered: custody_custodyevent {event.pk}, change {event.change_id}, seal 3: "
        "the row is not what was sealed"
    )


@pytest.mark.parametrize("table", [EVENT, "audit_signature", "audit_refusedattempt"])
def test_names_a_deleted_row(sealed: World, table: str) -> None:
    key = a_key(table, 0)

    tamper(f"DELETE FROM {table} WHERE id = %s", key)

    assert found() == [(Kind.MISSING, table, key)]


def test_names_a_deleted_version(sealed: World) -> None:
    key = a_key(HISTORY)

    tamper(f"DELETE FROM {HISTORY} WHERE history_id = %s", key)

    assert (Kind.MISSING, HISTORY, key) == found()[0]


def test_names_everything_of_a_deleted_change(sealed: World) -> None:
    event = CustodyEvent.objects.latest("id")

    tamper("DELETE FROM custody_custodyevent WHERE change_id = %s", event.change_id)
    tamper("DELETE FROM audit_change WHERE id = %s", event.change_id)

    assert found()[0] == (Kind.MISSING, CHANGE, event.change_id)
    assert (Kind.MISSING, EVENT, event.pk) in found()


def test_names_a_row_inserted_into_an_old_change(sealed: World) -> None:
    tamper(
        "INSERT INTO inventory_historicalsite SELECT s.*, 987654, now(), '~', h.change_id "
        "FROM inventory_site s JOIN inventory_historicalsite h USING (id) LIMIT 1"
    )

    assert found() == [(Kind.INSERTED, "inventory_historicalsite", 987654)]


@pytest.mark.parametrize("transaction_id", ["1", "NULL", "9000000000"])
def test_names_a_change_put_in_behind_the_sealer(sealed: World, transaction_id: str) -> None:
    tamper(
        "INSERT INTO audit_change (id, door, action, actor_user_id, actor_name, role, device, "
        "reason, procedure_step, request_id, app_version, recorded_at, transaction_id) SELECT "
        "987654, door, action, actor_user_id, actor_name, role, device, reason, procedure_step, "
        f"request_id, app_version, recorded_at, {transaction_id} FROM audit_change "
        "WHERE actor_id IS NULL LIMIT 1"
    )

    outcome = verify_trail()

    assert named(outcome.findings) == [(Kind.INSERTED, CHANGE, 987654)]
    assert outcome.findings[0].change == 987654
    assert outcome.waiting == 0


def test_names_two_rows_that_were_swapped(sealed: World) -> None:
    first, second = CustodyEvent.objects.order_by("id")[:2]
    move = "UPDATE custody_custodyevent SET id = %s WHERE id = %s"

    tamper(move, 987654, first.pk)
    tamper(move, first.pk, second.pk)
    tamper(move, second.pk, 987654)

    assert {(table, key) for _, table, key in found()} == {(EVENT, first.pk), (EVENT, second.pk)}


def test_names_a_ledger_row_whose_chain_was_recomputed(sealed: World) -> None:
    event = CustodyEvent.objects.filter(seq=2).order_by("id")[0]

    tamper("UPDATE custody_custodyevent SET reason = 'other' WHERE id = %s", event.pk)
    later = list(CustodyEvent.objects.filter(vial=event.vial_id, seq__gte=2).order_by("seq"))
    for one in later:
        tamper(
            "UPDATE custody_custodyevent e SET previous_hash = b.hash FROM custody_custodyevent b "
            "WHERE e.id = %s AND b.vial_id = e.vial_id AND b.seq = e.seq - 1",
            one.pk,
        )
        tamper(
            f"UPDATE custody_custodyevent e SET hash = {hash_of('e', as_row('e'))} WHERE e.id = %s",
            one.pk,
        )

    assert found()[0] == (Kind.ALTERED, EVENT, event.pk)
    assert set(found()) == {(Kind.ALTERED, EVENT, one.pk) for one in later}


@pytest.mark.parametrize("edit", ["name = 'Elsewhere'", "time_zone = 'Europe/Rome'"])
def test_names_a_record_edited_without_a_version(sealed: World, edit: str) -> None:
    tamper(f"UPDATE inventory_site SET {edit} WHERE id = %s", sealed.site.pk)

    [finding] = verify_trail().findings
    assert (finding.kind, finding.table, finding.key) == (
        Kind.ALTERED,
        "inventory_site",
        sealed.site.pk,
    )
    assert finding.words == f"not as its newest version: {edit.split()[0]}"
    assert finding.change is not None


def test_names_a_record_that_is_gone_or_that_nobody_made(sealed: World) -> None:
    tamper("DELETE FROM inventory_sponsor WHERE id = (SELECT min(id) FROM inventory_sponsor)")
    gone = min(key for _, _, key in found() if key is not None)
    tamper("INSERT INTO inventory_sponsor (id, name) VALUES (987654, 'Nobody')")

    assert found() == [
        (Kind.MISSING, "inventory_sponsor", gone),
        (Kind.INSERTED, "inventory_sponsor", 987654),
    ]


def test_names_a_grant_that_was_taken_back_and_is_there_again(sealed: World) -> None:
    tamper(
        "UPDATE accounts_historicalrolemembership SET history_type = '-' WHERE history_id = "
        "(SELECT max(history_id) FROM accounts_historicalrolemembership)"
    )

    assert [(kind, table) for kind, table, _ in found()] == [
        (Kind.ALTERED, "accounts_historicalrolemembership"),
        (Kind.INSERTED, "accounts_rolemembership"),
    ]


def test_names_entries_that_changed_places(sealed: World) -> None:
    first, second = SealedChange.objects.filter(seal=2).order_by("ordinal")[:2]
    place = "UPDATE audit_sealedchange SET ordinal = %s WHERE change_id = %s"

    tamper(place, 987654, first.pk)
    tamper(place, first.ordinal, second.pk)
    tamper(place, second.ordinal, first.pk)

    assert found() == [(Kind.REORDERED, "audit_sealedchange", first.pk)]


def test_names_the_change_whose_entry_is_gone(sealed: World) -> None:
    entry = SealedChange.objects.filter(seal=2).order_by("ordinal")[1]

    tamper("DELETE FROM audit_sealedchange WHERE change_id = %s", entry.pk)

    assert found() == [
        (Kind.MISSING, "audit_sealedchange", None),
        (Kind.INSERTED, CHANGE, entry.pk),
    ]


def test_names_an_entry_moved_into_another_seal(sealed: World) -> None:
    entry = SealedChange.objects.filter(seal=3).order_by("-ordinal")[0]

    tamper(
        "UPDATE audit_sealedchange SET seal_id = 2, ordinal = "
        "(SELECT max(ordinal) + 1 FROM audit_sealedchange WHERE seal_id = 2) WHERE change_id = %s",
        entry.pk,
    )

    assert found()[0] == (Kind.INSERTED, "audit_sealedchange", entry.pk)


@pytest.mark.parametrize("column", ["manifest", "leaf"])
def test_names_an_altered_entry_beside_intact_records(sealed: World, column: str) -> None:
    entry = SealedChange.objects.filter(seal=2).order_by("ordinal")[1]

    tamper(
        f"UPDATE audit_sealedchange SET {column} = set_byte({column}, 20, "
        f"get_byte({column}, 20) # 1) WHERE change_id = %s",
        entry.pk,
    )

    assert found()[0] == (Kind.ALTERED, "audit_sealedchange", entry.pk)


def test_names_the_seal_when_an_entry_was_rewritten_with_its_rows(sealed: World) -> None:
    event = CustodyEvent.objects.filter(change__in=SealedChange.objects.filter(seal=2).values("pk"))
    change = event.latest("id").change_id
    tamper("UPDATE custody_custodyevent SET device = 'other' WHERE change_id = %s", change)
    _rewrite_entry(change)

    assert found() == [(Kind.ALTERED, "audit_seal", 2)]


def _rewrite_entry(change: int) -> None:
    manifests = manifests_of_changes(present_layout(), f"ARRAY[{change}]")
    tamper(
        "UPDATE audit_sealedchange s SET manifest = m.manifest, "
        f"leaf = sha256('\\x00'::bytea || m.manifest) FROM ({manifests}) m "
        "WHERE m.change = s.change_id"
    )


@pytest.mark.parametrize(
    "edit", ["root = repeat('0', 64)", "sealed_at = sealed_at - interval '1 h'", "horizon = 5"]
)
def test_names_an_edited_seal(sealed: World, edit: str) -> None:
    tamper(f"UPDATE audit_seal SET {edit} WHERE number = 2")

    assert (Kind.ALTERED, "audit_seal", 2) in found()
    assert {key for _, table, key in found() if table == "audit_seal"} == {2}


def test_names_a_seal_that_is_gone(sealed: World) -> None:
    tamper("DELETE FROM audit_seal WHERE number = 2")

    assert found()[0] == (Kind.MISSING, "audit_seal", 2)


def test_names_an_edited_layout(sealed: World) -> None:
    layout = SealLayout.objects.get()
    layout.tables[2]["columns"].pop()
    tamper("UPDATE audit_seallayout SET tables = %s::jsonb", json.dumps(layout.tables))

    assert (Kind.ALTERED, "audit_seal", 1) in found()


def test_verifies_from_a_seal_on(sealed: World) -> None:
    event = CustodyEvent.objects.earliest("id")
    tamper("UPDATE custody_custodyevent SET reason = 'other' WHERE id = %s", event.pk)

    outcome = verify_trail(since=2)

    assert outcome.is_intact
    assert (outcome.first_seal, outcome.seals) == (2, 2)
    assert found() == [(Kind.ALTERED, EVENT, event.pk)]


def test_knows_the_same_break_again(sealed: World) -> None:
    tamper("UPDATE inventory_site SET name = 'A' WHERE id = %s", sealed.site.pk)
    first, again = verify_trail().fingerprint, verify_trail().fingerprint
    tamper("UPDATE audit_change SET reason = 'other' WHERE id = %s", a_key(CHANGE))

    assert first == again
    assert first not in ("", verify_trail().fingerprint)


def test_keeps_few_findings_and_counts_all(sealed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.seals.findings.MOST_KEPT", 2)
    tamper("UPDATE custody_custodyevent SET reason = 'other'")

    outcome = verify_trail()

    assert len(outcome.findings) == 2
    assert outcome.found == CustodyEvent.objects.count()


def test_verifies_in_batches_as_in_one(sealed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.seals.verifying.ROWS_AT_ONCE", 1)
    event = CustodyEvent.objects.latest("id")
    tamper("UPDATE custody_custodyevent SET reason = 'other' WHERE id = %s", event.pk)

    assert found() == [(Kind.ALTERED, EVENT, event.pk)]
