"""Sealing among other sessions: late commits, several sealers, seals that are full."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection

from audit.models import Change, RefusedAttempt, Seal, SealedChange, SealLayout
from audit.seals import layout as layouts
from audit.seals import sealing
from audit.seals.errors import SealerAtWork
from audit.seals.sealing import seal_trail
from audit.seals.verifying import verify_trail
from tests.world import World

pytestmark = pytest.mark.urs("URS-38")

OPEN = (
    "INSERT INTO audit_change (door, action, actor_user_id, actor_name, role, device, reason, "
    "procedure_step, request_id, app_version) VALUES ('machine', 'slow', '', '', '', 'other', "
    "'Takes its time', '', '', '') RETURNING id"
)


@contextmanager
def another_session() -> Iterator[psycopg.Connection]:
    """Connect beside Django."""
    given = connection.get_connection_params() | {"cursor_factory": None}
    with psycopg.connect(**given) as session:
        yield session


def test_begins_a_new_seal_when_one_is_full(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.seals.entries.MOST_ENTRIES", 10)
    changes = Change.objects.count()

    seals = seal_trail()

    assert [seal.number for seal in seals] == list(range(1, len(seals) + 1))
    assert sum(seal.changes for seal in seals) == changes
    assert {seal.horizon for seal in seals[:-1]} == {0}
    assert seals[-1].horizon > 0
    assert verify_trail().is_intact


def test_cuts_a_seal_by_the_rows_of_its_changes(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.seals.entries.MOST_ROWS", 20)
    monkeypatch.setattr("audit.seals.entries._FIRST_CHUNK", 1)
    monkeypatch.setattr("audit.seals.entries._GROWTH", 1)

    assert len(seal_trail()) > 3
    assert verify_trail().is_intact
    assert verify_trail().waiting == 0


def test_closes_a_change_that_commits_late_with_a_lower_key(sealed_alone: World) -> None:
    with another_session() as slow:
        row = slow.execute(OPEN).fetchone()
        assert row is not None
        sealed_alone.expected()
        seal_trail()
        newest = SealedChange.objects.order_by("-pk")[0].pk
        assert newest > row[0]
        assert not SealedChange.objects.filter(pk=row[0]).exists()
        slow.commit()
    assert verify_trail().waiting == 1

    [seal] = seal_trail()

    assert seal.changes == 1
    assert SealedChange.objects.get(pk=row[0]).seal_id == seal.number
    assert verify_trail().is_intact


def test_lets_two_sealers_at_once_make_every_seal_once(sealed_alone: World) -> None:
    for _ in range(3):
        sealed_alone.expected(2)

    def run(_: int) -> int:
        try:
            return len(seal_trail())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = sum(pool.map(run, range(4)))

    assert made == 1
    assert verify_trail().is_intact
    assert verify_trail().waiting == 0


def test_keeps_out_a_sealer_of_another_machine(
    sealed_alone: World, settings: Any, tmp_path: Path
) -> None:
    with another_session() as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [sealing._LOCK])
        settings.SEAL_ANCHOR = str(tmp_path / "machine 2" / "anchor.txt")

        with pytest.raises(SealerAtWork):
            seal_trail()


def test_would_make_two_seals_of_one_number_without_its_lock(
    sealed_alone: World, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed_alone.expected()
    both = Barrier(2)
    honest = layouts.kept_layout

    def together() -> SealLayout:
        both.wait(timeout=20)
        return honest()

    monkeypatch.setattr(sealing, "kept_layout", together)
    monkeypatch.setattr(sealing, "_begin", lambda _: None)
    monkeypatch.setattr("audit.seals.anchor.fcntl.flock", lambda *_: None)

    def run(_: int) -> str:
        try:
            return f"{len(seal_trail())} sealed"
        except DatabaseError as fault:
            return type(fault).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        ended = sorted(pool.map(run, range(2)))

    assert ended == ["1 sealed", "IntegrityError"]


def test_tells_of_nothing_when_nothing_was_ever_sealed(world: World) -> None:
    outcome = verify_trail()

    assert outcome.is_intact
    assert outcome.last_seal is None
    assert outcome.waiting == Change.objects.count() + RefusedAttempt.objects.count()
    assert not Seal.objects.exists()
