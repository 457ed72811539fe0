"""Whether the database is as far as its anchor; while it is not, nothing is written or sealed."""

import time
from dataclasses import dataclass, field
from enum import StrEnum
from weakref import WeakSet

from django.db import connection
from django.utils import timezone

from audit.errors import Refusal, WritesClosed
from audit.models import AnchorStanding, RestoreReconciliation, Seal
from audit.seals.anchor import AnchorEnd, end_in, read_anchor
from audit.seals.losses import Loss, find_loss, has_seal, loss_from, reconciled

REMEMBERED_SECONDS = 5.0
RECONCILE = "reconcile_restore"
# A database that was restored or started anew has another one of these; one statement, no table.
_INCARNATION = """
    SELECT concat_ws(' ', (SELECT system_identifier FROM pg_control_system()),
        (SELECT oid FROM pg_database WHERE datname = current_database()),
        'public.audit_seal'::regclass::oid, extract(epoch FROM pg_postmaster_start_time()))"""
BEHIND_WORDS = (
    "This database was restored from a backup and lacks records that were made after it. Nothing "
    "is written until quality has signed what was lost: tell QA. Keep vials where they are safe, "
    "and write down on paper what you move."
)
UNCOMPARED_WORDS = (
    "The database was started anew and was not compared with its anchor yet. Nothing was changed. "
    "It is compared within a minute: do it again then."
)
_open: set[str] = {RECONCILE}


class Level(StrEnum):
    """How the database stands beside its anchor."""

    WHOLE = "ok"
    BEHIND = "behind"
    UNCOMPARED = "not compared"


WORDS = {Level.BEHIND: BEHIND_WORDS, Level.UNCOMPARED: UNCOMPARED_WORDS}


@dataclass
class Memory:
    """
    What this process last saw, and until when by its own uptime it holds.

    sessions: the connections that were open when it was seen. A restore ends all of them, so that
    what a new one is asked first is compared anew.
    """

    until: float = 0.0
    level: Level = Level.UNCOMPARED
    sessions: WeakSet[object] = field(default_factory=WeakSet)

    def holds(self, session: object | None) -> bool:
        """Say whether this is still so, for a connection where there is one to ask for."""
        is_young = time.monotonic() < self.until
        return is_young and (session is None or session in self.sessions)


memory = Memory()


def stay_open_for(actions: frozenset[str]) -> None:
    """Name actions that reconciliation needs; floors above register theirs with this."""
    _open.update(actions)


def insist_on_whole_trail(action: str) -> None:
    """
    Stop every write while the database lacks what its anchor has.

    Asked before the Change is opened, and anew on each new connection: none slips in behind a
    restore. Raises WritesClosed (RESTORED, NOT_COMPARED).
    Source: 21 CFR 11.10(a), (e); URS-83.
    """
    if action in _open:
        return
    connection.ensure_connection()
    session = connection.connection
    if not memory.holds(session):
        _remember(session)
    if memory.level != Level.WHOLE:
        code = "RESTORED" if memory.level == Level.BEHIND else "NOT_COMPARED"
        raise WritesClosed([Refusal(code, WORDS[memory.level])])


def level_now() -> Level:
    """Say how the database stands; worked out anew every few seconds."""
    if not memory.holds(None):
        _remember(None)
    return memory.level


def writes_are_open() -> bool:
    """Say whether jobs may write; they leave what they have to do for later when not."""
    return level_now() == Level.WHOLE


def forget_standing() -> None:
    """Have this process compare anew, because what it saw was changed."""
    memory.until = 0.0


def _remember(session: object | None) -> None:
    memory.level = read_level()
    now = time.monotonic()
    if now >= memory.until:
        memory.sessions = WeakSet()
        memory.until = now + REMEMBERED_SECONDS
    if session is not None:
        memory.sessions.add(session)


def read_level() -> Level:
    """
    Compare the anchor's newest seal with the database's.

    The anchor is read first: a seal is committed before its line is written, so a line without
    its seal is never one that is just being made.
    """
    with read_anchor() as file:
        end = None if file is None else end_in(file)
    if end is None:
        return _level_as_told()
    is_whole = has_seal(end.seal) or reconciled(end) is not None
    return Level.WHOLE if is_whole else Level.BEHIND


def _level_as_told() -> Level:
    """Say what another process saw, which can read the anchor, of this very database."""
    told = AnchorStanding.objects.filter(pk=1).first()
    if told is None:
        return Level.UNCOMPARED if Seal.objects.exists() else Level.WHOLE
    if told.incarnation != _incarnation():
        return Level.UNCOMPARED
    if told.loss is None:
        return Level.WHOLE
    signed = RestoreReconciliation.objects.filter(
        last_anchored=told.last_anchored or 0, last_digest=told.last_digest
    )
    return Level.WHOLE if signed.exists() else Level.BEHIND


def loss_now() -> Loss | None:
    """Return what is lost and not signed off; as it was told where the anchor cannot be read."""
    if read_level() != Level.BEHIND:
        return None
    found = find_loss()
    if found is not None:
        return found
    told = AnchorStanding.objects.filter(pk=1).first()
    return None if told is None or told.loss is None else loss_from(told.loss)


def keep_standing(end: AnchorEnd | None, loss: Loss | None) -> None:
    """Keep what was seen, for processes that cannot read the anchor."""
    AnchorStanding.objects.update_or_create(
        pk=1,
        defaults={
            "incarnation": _incarnation(),
            "compared_at": timezone.now(),
            "last_anchored": None if end is None else end.number,
            "last_digest": "" if end is None else end.seal.digest,
            "loss": None if loss is None else loss.told(),
        },
    )


def _incarnation() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_INCARNATION)
        (incarnation,) = cursor.fetchone()
    return str(incarnation)
