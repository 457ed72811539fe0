"""Closing what was committed into numbered seals, each chained to the last, signed and anchored."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from audit.models import RestoreReconciliation, Seal, SealLayout
from audit.seals.anchor import Anchor, held_anchor
from audit.seals.canonical import canonical, digest_of_text
from audit.seals.entries import Entries, seal_attempts, seal_changes
from audit.seals.errors import BehindAnchor, SealerAtWork
from audit.seals.key import SigningKey, signing_key
from audit.seals.layout import kept_layout
from audit.seals.losses import find_loss, has_seal, reconciled, signatures_under
from audit.seals.merkle import root_of
from audit.seals.standing import forget_standing, keep_standing

QUIET_FOR = timedelta(hours=1)
"""After so long without anything to close an empty seal is made: it shows that nothing was."""
_LOCK = 5_173_284_011_964_250_119  # any number that nobody else takes
_STATEMENT_TIMEOUT = "30min"  # a first start closes what years have left
_NOW = """
    SELECT clock_timestamp(), pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
        (SELECT system_identifier::text FROM pg_control_system())"""


@dataclass(frozen=True, kw_only=True)
class Window:
    """
    What one run looks at.

    low: transactions before it are sealed; 0 when that cannot be known. horizon: transactions
    before it had ended when the run began. after_change, after_attempt: how far the run has come.
    gap: the reconciled loss behind which sealing goes on, if there is one.
    """

    low: int
    horizon: int
    cluster: str
    after_change: int = 0
    after_attempt: int = 0
    gap: RestoreReconciliation | None = None


def seal_trail() -> list[Seal]:
    """
    Close everything that is committed and not sealed; return the seals, oldest first.

    Raises CannotSeal: there is no key or no anchor, or another sealer is at work; BehindAnchor:
    the anchor has seals that this database has not, and quality has not signed what was lost.
    Source: 21 CFR 11.10(a), (e); URS-38, URS-83.
    """
    with held_anchor() as anchor:
        key = signing_key()
        gap = _bridge_what_was_lost(anchor)
        _anchor_what_a_crash_left(anchor)
        seals: list[Seal] = []
        window: Window | None = None
        is_whole = False
        while not is_whole:
            with transaction.atomic(durable=True), connection.cursor() as cursor:
                _begin(cursor)
                window = window or _window(cursor, gap)
                seal, window, is_whole = _close(cursor, window, key, is_first=not seals)
            if seal is not None:
                anchor.append(seal)
                seals.append(seal)
        return seals


def _bridge_what_was_lost(anchor: Anchor) -> RestoreReconciliation | None:
    """
    Compare the database with the anchor; return the reconciled loss that sealing goes on behind.

    The line of the gap is written here, by whoever may append to the anchor, once quality signed.
    Raises BehindAnchor: nobody signed yet.
    """
    end = anchor.end
    if end is None or has_seal(end.seal):
        keep_standing(end, None)
        return None
    gap = reconciled(end)
    keep_standing(end, None if gap is not None else find_loss())
    if gap is None:
        forget_standing()
        raise BehindAnchor(
            f"The anchor ends at seal {end.number}, which this database has not: it was restored. "
            "Nothing is sealed or written until quality signs what was lost (Audit, Restore)."
        )
    anchor.bridge(gap, signatures_under(gap)[0].signed_at)
    return gap


def _anchor_what_a_crash_left(anchor: Anchor) -> None:
    """Write the one line that is missing when a sealer ended between its commit and its anchor."""
    newest = Seal.objects.order_by("-number").first()
    if newest is not None and newest.number == (anchor.last or 0) + 1:
        anchor.append(newest)


def _begin(cursor: CursorWrapper) -> None:
    cursor.execute(f"SET LOCAL statement_timeout = '{_STATEMENT_TIMEOUT}'")
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s::bigint)", [_LOCK])
    if cursor.fetchone() != (True,):
        raise SealerAtWork("Another sealer is at work on this database; nothing was done.")


def _window(cursor: CursorWrapper, gap: RestoreReconciliation | None) -> Window:
    """
    Look where to begin: at the last seal's horizon.

    A restored database may count its transactions anew; then everything is looked at.
    """
    cursor.execute(_NOW)
    _, horizon, cluster = cursor.fetchone()
    last = Seal.objects.order_by("-number").first()
    is_continued = last is not None and last.cluster == cluster and last.horizon <= horizon
    return Window(
        low=last.horizon if last is not None and is_continued else 0,
        horizon=horizon,
        cluster=cluster,
        gap=gap,
    )


def _close(
    cursor: CursorWrapper, window: Window, key: SigningKey, *, is_first: bool
) -> tuple[Seal | None, Window, bool]:
    """Make one seal, if there is anything to close; say whether nothing is left behind it."""
    last = Seal.objects.order_by("-number").first()
    number, gap = _next(last, window.gap)
    cursor.execute(_NOW)
    sealed_at, _, _ = cursor.fetchone()
    layout = kept_layout()
    changes = seal_changes(cursor, number, low=window.low, after=window.after_change)
    attempts = Entries()
    if changes.is_whole:
        attempts = seal_attempts(
            cursor, number, len(changes.leaves), low=window.low, after=window.after_attempt
        )
    is_whole = changes.is_whole and attempts.is_whole
    if not changes.leaves and not attempts.leaves and not (is_first and _is_due(last, sealed_at)):
        return None, window, True
    seal = Seal(
        number=number,
        previous_digest="" if last is None else last.digest,
        root=root_of([*changes.leaves, *attempts.leaves]).hex(),
        changes=len(changes.leaves),
        attempts=len(attempts.leaves),
        rows=changes.rows + attempts.rows,
        newest_change=max(changes.last, (last and last.newest_change) or 0),
        after_gap=gap,
        horizon=window.horizon if is_whole else window.low,
        cluster=window.cluster,
        sealed_at=sealed_at,
    )
    _sign(seal, layout, key)
    seal.save(force_insert=True)
    come = replace(
        window,
        after_change=changes.last or window.after_change,
        after_attempt=attempts.last or window.after_attempt,
    )
    return seal, come, is_whole


def _next(
    last: Seal | None, gap: RestoreReconciliation | None
) -> tuple[int, RestoreReconciliation | None]:
    """Return the next number, and the loss that it is the first one behind."""
    before = 0 if last is None else last.number
    if gap is None or gap.last_lost < before:
        return before + 1, None
    return gap.last_lost + 1, gap


def _is_due(last: Seal | None, now: datetime) -> bool:
    return last is None or now - last.sealed_at >= QUIET_FOR


def _sign(seal: Seal, layout: SealLayout, key: SigningKey) -> None:
    seal.layout, seal.key, seal.public_key = layout, key.fingerprint, key.public
    text = canonical(seal, layout=layout.digest)
    seal.digest, seal.signature = digest_of_text(text), key.sign(text)
