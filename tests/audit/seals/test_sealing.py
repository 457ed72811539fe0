"""Seals close everything that is committed, once, in order, also when commits come late."""

import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection

from audit.models import Change, RefusedAttempt, Seal, SealedAttempt, SealedChange
from audit.seals import layout as layouts
from audit.seals import sealing
from audit.seals.canonical import canonical
from audit.seals.errors import CannotSeal
from audit.seals.findings import Kind
from audit.seals.key import is_signed_by, new_key
from audit.seals.layout import ENTRY_BYTES, present_layout
from audit.seals.sealing import seal_trail
from audit.seals.verifying import verify_trail
from audit.triggers import APPEND_ONLY
from custody.models import CustodyEvent
from tests.audit.conftest import refused
from tests.audit.seals.tampering import tamper
from tests.world import World

pytestmark = pytest.mark.urs("URS-38")


def test_closes_every_change_and_attempt_once(sealed: World) -> None:
    assert set(SealedChange.objects.values_list("change", flat=True)) == set(
        Change.objects.values_list("id", flat=True)
    )
    assert set(SealedAttempt.objects.values_list("attempt", flat=True)) == set(
        RefusedAttempt.objects.values_list("id", flat=True)
    )


def test_signs_and_chains_what_it_closes(sealed: World) -> None:
    first, second = Seal.objects.order_by("number")[:2]

    assert (first.previous_digest, second.previous_digest) == ("", first.digest)
    text = canonical(second, layout=second.layout.digest)
    assert is_signed_by(second.public_key, signature=second.signature, text=text)
    assert not is_signed_by(second.public_key, signature=second.signature, text=text + b" ")


def test_keeps_what_anybody_can_digest_again(sealed: World) -> None:
    event = CustodyEvent.objects.earliest("id")
    entry = SealedChange.objects.get(change=event.change_id)
    number, table = next(
        (place, table)
        for place, table in enumerate(present_layout())
        if table.table == "custody_custodyevent"
    )
    listed = ", ".join(
        f"extract(epoch FROM {column})" if column in table.seconds else column
        for column in table.columns
    )

    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT json_build_array({listed})::text FROM custody_custodyevent WHERE id = %s",
            [event.pk],
        )
        (text,) = cursor.fetchone()

    assert json.loads(text)[table.columns.index("reason")] == event.reason
    kept = number.to_bytes(2, "big") + event.pk.to_bytes(8, "big") + sha256(text.encode()).digest()
    manifest = bytes(entry.manifest)
    entries = [manifest[at : at + ENTRY_BYTES] for at in range(0, len(manifest), ENTRY_BYTES)]
    assert kept in entries
    assert sha256(b"\x00" + manifest).digest() == bytes(entry.leaf)


def test_makes_no_seal_when_nothing_happened(sealed: World) -> None:
    assert seal_trail() == []


def test_shows_by_an_empty_seal_that_an_hour_was_quiet(
    sealed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "QUIET_FOR", timedelta(0))

    [seal] = seal_trail()

    assert (seal.changes, seal.rows, seal.root) == (0, 0, sha256(b"").hexdigest())
    assert verify_trail().is_intact


@pytest.mark.parametrize("restored", ["cluster = 'another'", "horizon = horizon + 1000000"])
def test_looks_at_everything_after_a_restore_elsewhere(sealed: World, restored: str) -> None:
    change = Change.objects.earliest("id")
    tamper("DELETE FROM audit_sealedchange WHERE change_id = %s", change.pk)
    tamper("UPDATE audit_change SET transaction_id = 3 WHERE id = %s", change.pk)
    assert seal_trail() == []
    tamper(f"UPDATE audit_seal SET {restored} WHERE number = 3")

    [seal] = seal_trail()

    assert SealedChange.objects.get(pk=change.pk).seal_id == seal.number == 4


def test_anchors_what_a_sealer_left_that_ended_before_it(sealed: World, anchor: Path) -> None:
    lines = anchor.read_text().splitlines(keepends=True)
    anchor.write_text("".join(lines[:-1]))
    assert [finding.kind for finding in verify_trail().findings] == [Kind.NOT_ANCHORED]

    seal_trail()

    assert anchor.read_text() == "".join(lines)
    assert verify_trail().is_intact


def test_goes_on_behind_a_line_that_was_torn(sealed: World, anchor: Path) -> None:
    text = anchor.read_text()
    anchor.write_text(text[:-30])

    seal_trail()

    assert anchor.read_text().endswith(text.splitlines()[-1] + "\n")
    assert verify_trail().is_intact


def test_signs_with_a_new_key_from_then_on(sealed: World, settings: Any) -> None:
    settings.SEAL_KEY = new_key()
    sealed.expected()

    [seal] = seal_trail()

    assert seal.key != Seal.objects.get(number=1).key
    assert verify_trail().is_intact


@pytest.mark.parametrize(
    ("key", "words"), [("", "SEAL_KEY_FILE"), ("nonsense", "cannot be read"), ("rsa", "Ed25519")]
)
def test_refuses_to_seal_without_a_key(db: None, settings: Any, key: str, words: str) -> None:
    settings.DEMO, settings.SEAL_KEY = False, _rsa() if key == "rsa" else key
    before = Seal.objects.count()

    with pytest.raises(CannotSeal, match=words):
        seal_trail()

    assert Seal.objects.count() == before


def _rsa() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_refuses_to_seal_without_an_anchor(db: None, settings: Any) -> None:
    settings.SEAL_ANCHOR = ""

    with pytest.raises(CannotSeal, match="SEAL_ANCHOR"):
        seal_trail()


def test_makes_the_key_of_a_demo_for_its_owner_alone(sealed: World, anchor: Path) -> None:
    assert anchor.with_name("seal_key.pem").stat().st_mode & 0o777 == 0o600


def test_still_verifies_after_a_migration_adds_a_column(
    sealed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE inventory_historicalsite ADD COLUMN floor int DEFAULT 1")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    before = present_layout()
    grown = tuple(
        layouts.Table(
            table=table.table,
            key=table.key,
            columns=(
                *table.columns,
                *(["floor"] if table.table == "inventory_historicalsite" else []),
            ),
            seconds=table.seconds,
        )
        for table in before
    )
    for module in ("audit.seals.layout", "audit.seals.entries"):
        monkeypatch.setattr(f"{module}.present_layout", lambda: grown)
    sealed.expected()

    [seal] = seal_trail()

    assert seal.layout_id != Seal.objects.get(number=3).layout_id
    assert verify_trail().is_intact
    tamper("UPDATE inventory_historicalsite SET name = 'Elsewhere'")
    assert {finding.table for finding in verify_trail().findings} == {
        "inventory_historicalsite",
        "inventory_site",
    }


def test_says_that_a_sealed_column_is_gone(sealed: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_signature RENAME COLUMN reason TO why")

    finding = verify_trail().findings[0]

    assert (finding.kind, finding.table) == (Kind.NOT_READABLE, "audit_signature")
    assert "reason" in finding.words


def test_names_rows_in_a_table_that_came_after_the_seal(
    sealed: World, anchor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchor.write_text("".join(anchor.read_text().splitlines(keepends=True)[:-1]))
    before = present_layout()
    older = tuple(table for table in before if table.table != "audit_signature")
    for module in ("audit.seals.layout", "audit.seals.entries"):
        monkeypatch.setattr(f"{module}.present_layout", lambda: older)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(change_id) FROM audit_signature")
        (change,) = cursor.fetchone()
    tamper("DELETE FROM audit_sealedchange WHERE seal_id = 3")
    tamper("DELETE FROM audit_sealedattempt WHERE seal_id = 3")
    tamper("DELETE FROM audit_seal WHERE number = 3")
    seal_trail()
    for module in ("audit.seals.layout", "audit.seals.entries"):
        monkeypatch.setattr(f"{module}.present_layout", lambda: before)

    inserted = [one for one in verify_trail().findings if one.kind == Kind.INSERTED]

    assert ("audit_signature", change) in {(one.table, one.change) for one in inserted}


@pytest.mark.urs("URS-37")
def test_lets_nothing_join_a_closed_seal_or_skip_a_number(sealed: World) -> None:
    change = SealedChange.objects.earliest("change_id").pk
    tamper("DELETE FROM audit_sealedchange WHERE change_id = %s", change)

    with refused(APPEND_ONLY), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_sealedchange (change_id, seal_id, ordinal, leaf, manifest) "
            "SELECT %s::bigint, 3, 987, '', ''",
            [change],
        )
    seal = Seal.objects.get(number=3)
    seal.number, seal.digest = 5, "0" * 64
    with refused(APPEND_ONLY):
        seal.save(force_insert=True)
