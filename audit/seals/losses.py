"""What a restore lost: the seals that the anchor has and the database has not, or has otherwise."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime

from audit.models import RestoreReconciliation, Seal, Signature
from audit.seals.anchor import AnchorEnd, AnchorLine, lines_from_the_end, read_anchor

_OF_SIGNATURES = (
    *("printed_name", "signer_user_id", "signed_at"),
    *("record_id", "record_columns", "record_digest"),
)
_TIMES = ("kept_at", "first_at", "last_at")


@dataclass(frozen=True, kw_only=True)
class Loss:
    """
    The seals that were lost, as the anchor has them.

    first, last: their numbers; `last` is the highest that was ever used, so sealing goes on behind
    it. anchored, digest: the newest seal in the anchor. kept: the newest that database and anchor
    share. changes, attempts, rows: what the lost seals closed; None where early lines do not say.
    before: losses among these that were reconciled in the time that is lost now.
    """

    first: int
    last: int
    anchored: int
    digest: str
    kept: int | None
    kept_at: datetime | None
    first_at: datetime
    last_at: datetime
    seals: int
    changes: int | None
    attempts: int | None
    rows: int | None
    newest_change: int | None
    before: tuple[tuple[int, int], ...] = field(default=())

    def told(self) -> dict[str, object]:
        """Return it as JSON can say it."""
        times = {name: getattr(self, name) for name in _TIMES}
        return asdict(self) | {name: at and at.isoformat() for name, at in times.items()}


def loss_from(told: dict[str, object]) -> Loss:
    """Return the loss that was told as JSON."""
    times = {
        name: datetime.fromisoformat(str(told[name])) if told[name] else None for name in _TIMES
    }
    before = tuple((first, last) for first, last in told["before"])  # type: ignore[attr-defined] # a list of pairs
    return Loss(**told | times | {"before": before})  # type: ignore[arg-type] # its own fields


def has_seal(line: AnchorLine) -> bool:
    """Say whether the database has the very seal that a line of the anchor is about."""
    signature = line.words[6]
    rows = Seal.objects.filter(number=_number(line), digest=line.digest, signature=signature)
    return rows.exists()


def reconciled(end: AnchorEnd) -> RestoreReconciliation | None:
    """Return what quality signed of the loss up to this end of the anchor, if it did."""
    gap = RestoreReconciliation.objects.filter(
        last_anchored=end.number, last_digest=end.seal.digest
    ).first()
    return gap if gap is not None and signatures_under(gap) else None


def signatures_under(gap: RestoreReconciliation) -> list[Signature]:
    """Return the signatures under a reconciliation, oldest first."""
    table = RestoreReconciliation._meta.db_table
    rows = Signature.objects.filter(record_table=table, record_id=gap.pk).order_by("id")
    return list(rows.only(*_OF_SIGNATURES))  # what else was altered, verifying says elsewhere


def find_loss() -> Loss | None:
    """
    Read the anchor from its end until it agrees with the database; nothing when it does at once.

    Nothing either where this process cannot read the anchor.
    """
    with read_anchor() as file:
        if file is None:
            return None
        newest = Seal.objects.order_by("-number").values_list("number", flat=True).first()
        return _loss(lines_from_the_end(file), newest or 0)


def _loss(lines: Iterator[AnchorLine], newest: int) -> Loss | None:
    lost: list[AnchorLine] = []
    before: list[tuple[int, int]] = []
    kept: AnchorLine | None = None
    for line in lines:
        if line.gap is not None:
            before.append(line.gap)
        if line.number is None:
            continue
        if line.number <= newest and has_seal(line):
            kept = line
            break
        lost.append(line)
    if not lost:
        return None
    counts = [line.counts for line in lost]
    known = [count for count in counts if count is not None]
    is_counted = len(known) == len(counts)
    return Loss(
        first=min(_number(line) for line in lost),
        last=max(_number(lost[0]), newest, *(last for _, last in before)),
        anchored=_number(lost[0]),
        digest=lost[0].digest,
        kept=None if kept is None else kept.number,
        kept_at=None if kept is None else kept.sealed_at,
        first_at=lost[-1].sealed_at,
        last_at=lost[0].sealed_at,
        seals=len(lost),
        changes=sum(count[0] for count in known) if is_counted else None,
        attempts=sum(count[1] for count in known) if is_counted else None,
        rows=sum(count[2] for count in known) if is_counted else None,
        newest_change=max((count[3] for count in known), default=None),
        before=tuple(reversed(before)),
    )


def _number(line: AnchorLine) -> int:
    return line.number or 0
