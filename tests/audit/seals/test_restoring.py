"""After a restore nothing is written until quality has signed what the anchor says is lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.actions.reconcile_restore import reconcile_restore
from audit.changes import attributed_change
from audit.errors import ActionRefused, DomainError, NotAuthorised, WritesClosed
from audit.models import AnchorStanding, Change, RefusedAttempt, RestoreReconciliation, Seal
from audit.seals import sealing, standing
from audit.seals.anchor import Anchor
from audit.seals.errors import BehindAnchor
from audit.seals.findings import Kind
from audit.seals.losses import find_loss
from audit.seals.sealing import seal_trail
from audit.seals.standing import Level, Memory, level_now, loss_now
from audit.seals.verifying import verify_trail
from tests.audit.seals.restores import back_up, drop, restore
from tests.audit.seals.tampering import tamper
from tests.world import World

pytestmark = [pytest.mark.urs("URS-83")]
FINDINGS = "Rack 1 was counted against the paper log; nothing differs."


@pytest.fixture(autouse=True)
def asked_anew(monkeypatch: pytest.MonkeyPatch, remembered: object) -> Memory:
    """Let the write door compare, as it does outside of tests."""
    fresh = Memory()
    monkeypatch.setattr("audit.seals.standing.memory", fresh)
    return fresh


@pytest.fixture
def restored(world: World) -> World:
    """Return a site in which two seals were made that only the anchor still knows."""
    seal_trail()
    with lost_again():
        for _ in range(2):
            world.expected()
            seal_trail()
    return world


@contextmanager
def lost_again() -> Iterator[None]:
    """Take back what the block did to the database, and nothing else, as a restore does."""
    before = transaction.savepoint()
    yield
    transaction.savepoint_rollback(before)
    standing.forget_standing()


def write(world: World) -> None:
    """Do something that people do all day."""
    with attributed_change(world.says(world.technician), action="look_around"):
        pass


def sign_off(world: World) -> RestoreReconciliation:
    """Let quality sign what is lost."""
    loss = loss_now()
    assert loss is not None
    return reconcile_restore(digest=loss.digest, findings=FINDINGS, intent=world.signs(world.qa))


def test_says_what_was_lost_from_the_anchor_alone(restored: World) -> None:
    loss = find_loss()

    assert loss is not None
    assert (loss.kept, loss.first, loss.last, loss.seals) == (1, 2, 3, 2)
    assert loss.changes == 14
    assert loss.rows is not None
    assert loss.rows > loss.changes
    assert loss.newest_change is not None
    assert loss.newest_change > Change.objects.latest("id").pk
    assert loss.kept_at is not None
    assert loss.kept_at < loss.first_at < loss.last_at


def test_refuses_every_write_and_keeps_the_attempt(restored: World) -> None:
    changes = Change.objects.count()

    with pytest.raises(WritesClosed, match="restored from a backup"):
        write(restored)
    with pytest.raises(WritesClosed):
        restored.expected()

    assert Change.objects.count() == changes
    assert RefusedAttempt.objects.latest("id").codes == ["RESTORED"]
    assert level_now() == Level.BEHIND


def test_stops_every_process_after_a_real_restore_until_one_of_two_has_signed(
    committed_world: World, asked_anew: Memory
) -> None:
    seal_trail()
    backup = back_up()
    committed_world.expected()
    seal_trail()
    write(committed_world)
    young = asked_anew.until
    restore(backup)
    asked_anew.until = young  # nobody told this process of the restore, and it asked just now

    with pytest.raises(WritesClosed):
        write(committed_world)
    with pytest.raises(BehindAnchor):
        seal_trail()
    loss = loss_now()
    assert loss is not None

    def sign(_: int) -> str:
        try:
            intent = committed_world.signs(committed_world.qa)
            reconcile_restore(digest=loss.digest, findings=FINDINGS, intent=intent)
        except DomainError as error:
            return error.codes[0]
        finally:
            connection.close()
        return "signed"

    with ThreadPoolExecutor(2) as pool:
        ended = sorted(pool.map(sign, range(2)))
    assert ended == ["NOTHING_LOST", "signed"]
    write(committed_world)
    assert [seal.number for seal in seal_trail()] == [3]
    assert verify_trail().is_intact
    drop(backup)


def test_seals_nothing_and_says_why(restored: World, anchor: Path) -> None:
    lines = anchor.read_text()

    with pytest.raises(BehindAnchor, match="ends at seal 3"):
        seal_trail()

    assert anchor.read_text() == lines
    assert Seal.objects.count() == 1
    [finding] = verify_trail().findings
    assert (finding.kind, finding.key) == (Kind.MISSING, 2)


def test_goes_on_behind_the_gap_when_quality_has_signed(restored: World, anchor: Path) -> None:
    paper = find_loss()
    row = sign_off(restored)

    write(restored)
    [seal] = seal_trail()

    assert (row.first_lost, row.last_lost, row.changes) == (2, 3, 14)
    assert (seal.number, seal.after_gap_id) == (4, row.pk)
    assert seal.previous_digest == Seal.objects.get(number=1).digest
    lines = anchor.read_text().splitlines()
    assert lines[-2].startswith(f"gap 2 3 {row.last_digest} {row.pk} ")
    assert lines[-1].startswith("seal 4 ")
    outcome = verify_trail()
    assert outcome.findings == []
    assert "Seals 2 to 3 were lost with a restore" in outcome.gaps[0]
    assert restored.qa.full_name in outcome.gaps[0]
    assert paper is not None
    assert Change.objects.latest("id").pk > (paper.newest_change or 0)
    assert [each.number for each in seal_trail()] == []
    restored.expected()
    assert [each.number for each in seal_trail()] == [5]
    assert verify_trail().is_intact


def test_opens_only_for_quality_with_findings_about_this_loss(restored: World) -> None:
    loss = loss_now()
    assert loss is not None
    signs = restored.signs(restored.qa)

    with pytest.raises(NotAuthorised):
        reconcile_restore(
            digest=loss.digest, findings=FINDINGS, intent=restored.signs(restored.admin)
        )
    with pytest.raises(ActionRefused) as another:
        reconcile_restore(digest="0" * 64, findings=" ", intent=signs)

    assert another.value.codes == ["ANOTHER_LOSS", "NO_FINDINGS"]
    assert level_now() == Level.BEHIND
    sign_off(restored)
    assert level_now() == Level.WHOLE
    with pytest.raises(ActionRefused) as again:
        reconcile_restore(digest=loss.digest, findings=FINDINGS, intent=signs)
    assert again.value.codes == ["NOTHING_LOST"]


@pytest.mark.parametrize("step", ["before the gap", "behind the gap", "behind the seal"])
def test_goes_on_where_a_sealer_was_killed(
    restored: World, anchor: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    sign_off(restored)
    where = {
        "before the gap": (Anchor, "bridge"),
        "behind the gap": (sealing, "_close"),
        "behind the seal": (Anchor, "append"),
    }
    monkeypatch.setattr(*where[step], _killed)
    with pytest.raises(KeyboardInterrupt):
        seal_trail()
    monkeypatch.undo()
    monkeypatch.setattr("audit.seals.standing.memory", Memory())

    seal_trail()

    lines = anchor.read_text().splitlines()
    assert sum(line.startswith("gap ") for line in lines) == 1
    assert lines[-1].startswith("seal 4 ")
    assert verify_trail().findings == []


def _killed(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_a_gap_without_its_line_or_its_signature_is_a_break(restored: World, anchor: Path) -> None:
    row = sign_off(restored)
    seal_trail()
    text = anchor.read_text()
    anchor.write_text("".join(x for x in text.splitlines(True) if not x.startswith("gap")))

    [finding] = verify_trail().findings
    assert (finding.kind, finding.key) == (Kind.NOT_ANCHORED, 4)

    anchor.write_text(text)
    tamper("UPDATE audit_restorereconciliation SET findings = 'none' WHERE id = %s", row.pk)
    kinds = {(found.kind, found.key) for found in verify_trail().findings}
    assert (Kind.MISSING, 2) in kinds


def test_is_lost_again_when_restored_to_before_the_reconciliation(world: World) -> None:
    seal_trail()
    with lost_again():
        world.expected()
        seal_trail()
        with lost_again():
            world.expected()
            seal_trail()
        sign_off(world)
        seal_trail()

    loss = loss_now()

    assert loss is not None
    assert (loss.first, loss.last, loss.before) == (2, 4, ((3, 3),))
    sign_off(world)
    assert [seal.number for seal in seal_trail()] == [5]
    assert verify_trail().findings == []


def test_seals_of_another_anchor_are_as_lost_as_missing_ones(
    world: World, settings: Any, tmp_path: Path
) -> None:
    seal_trail()
    with lost_again():
        world.expected()
        seal_trail()
    honest, settings.SEAL_ANCHOR = settings.SEAL_ANCHOR, str(tmp_path / "other.txt")
    standing.forget_standing()
    for _ in range(2):
        world.expected()
        seal_trail()
    settings.SEAL_ANCHOR = honest
    standing.forget_standing()

    with pytest.raises(WritesClosed):
        write(world)
    row = sign_off(world)
    [seal] = seal_trail()

    assert (row.kept_seal, row.first_lost, row.last_lost) == (1, 2, 3)
    assert (seal.number, verify_trail().findings) == (4, [])


def test_a_web_server_without_the_anchor_believes_the_sealer_of_this_database_only(
    restored: World, settings: Any, asked_anew: Memory
) -> None:
    with pytest.raises(BehindAnchor):
        seal_trail()
    honest, settings.SEAL_ANCHOR = settings.SEAL_ANCHOR, ""
    asked_anew.until = 0

    assert level_now() == Level.BEHIND
    assert loss_now() is not None
    AnchorStanding.objects.update(incarnation="of another start")
    asked_anew.until = 0
    assert level_now() == Level.UNCOMPARED
    settings.SEAL_ANCHOR = honest
    sign_off(restored)
    seal_trail()
    settings.SEAL_ANCHOR, asked_anew.until = "", 0
    assert level_now() == Level.WHOLE
