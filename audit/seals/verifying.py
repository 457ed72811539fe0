"""Recomputing the whole trail: seals, anchor, every sealed row, and the records as they are."""

from collections.abc import Callable, Iterator, Sequence

from audit.models import Seal, SealLayout
from audit.seals.anchor import settled_anchor
from audit.seals.attached import attached_checks
from audit.seals.chain import AnchorReader, SealChain
from audit.seals.findings import Finding, Kind, Outcome
from audit.seals.layout import Layout, from_json
from audit.seals.reading import patient_cursor
from audit.seals.records import check_records, count_records, recorded_models
from audit.seals.rows import check_rows
from audit.seals.unsealed import look_for_unsealed

ROWS_AT_ONCE = 20_000
_SEALS_AT_ONCE = 500

Tell = Callable[[int], None]


def verify_trail(*, since: int = 1, tell: Tell = lambda _: None) -> Outcome:
    """
    Recompute what was sealed from the seal `since` on, and every record's newest version.

    Last comes what sealed rows hold a digest of, such as readings.
    tell: called with how many steps were done; `steps` says how many there are.
    Source: 21 CFR 11.10(a), "discern invalid or altered records"; URS-02, URS-38.
    """
    with settled_anchor() as size:
        newest = Seal.objects.order_by("-number").first()
    outcome, last = Outcome(), 0
    if newest is not None:
        outcome.first_seal, outcome.last_seal = since, newest.number
        last = newest.number
    before = Seal.objects.filter(number__lt=since).order_by("-number").first()
    chain = SealChain(AnchorReader(size), before, since)
    for seals in _batches(since, last):
        outcome.add(_check_batch(chain, seals))
        _count(outcome, seals)
        tell(len(seals))
    outcome.add(chain.end(last))
    outcome.gaps = chain.gaps()
    low = 0 if before is None else before.horizon
    unsealed = look_for_unsealed(newest, low=low)
    outcome.waiting = unsealed.waiting
    outcome.add(unsealed.inserted)
    for model in recorded_models():
        outcome.records += count_records(model)
        outcome.add(check_records(model))
        tell(1)
    for check in attached_checks():
        outcome.add(check())
        tell(1)
    return outcome


def steps(*, since: int = 1) -> int:
    """Return how many steps a verification will tell."""
    sealed = Seal.objects.filter(number__gte=since).count()
    return sealed + len(recorded_models()) + len(attached_checks())


def _batches(since: int, upto: int) -> Iterator[list[Seal]]:
    """Yield consecutive seals of one layout, as many as have rows for one statement."""
    batch: list[Seal] = []
    rows = 0
    while page := list(_page(since, upto)):
        for seal in page:
            is_full = rows + seal.rows > ROWS_AT_ONCE or len(batch) == _SEALS_AT_ONCE
            if batch and (is_full or batch[0].layout_id != seal.layout_id):
                yield batch
                batch, rows = [], 0
            batch.append(seal)
            rows += seal.rows
        since = page[-1].number + 1
    if batch:
        yield batch


def _page(since: int, upto: int) -> Iterator[Seal]:
    seals = Seal.objects.filter(number__gte=since, number__lte=upto).select_related(
        "layout", "after_gap"
    )
    return iter(seals.order_by("number")[:_SEALS_AT_ONCE])


def _check_batch(chain: SealChain, seals: Sequence[Seal]) -> list[Finding]:
    """Return the findings of one batch: seal by seal, the rows before the seal itself."""
    layout = from_json(seals[0].layout.tables)
    found = list(_lost_parts(seals[0].layout, layout, seals[0].number))
    if not found:
        found = list(check_rows(seals, layout))
    found += [finding for seal in seals for finding in chain.check(seal)]
    return sorted(found, key=lambda finding: finding.seal or 0)  # stable: rows stay in front


def _lost_parts(kept: SealLayout, layout: Layout, seal: int) -> Iterator[Finding]:
    """Yield the columns of a layout that the database has no more; their rows cannot be checked."""
    with patient_cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 "
            "AND NOT a.attisdropped AND c.relname = ANY(%s::text[])",
            [[table.table for table in layout]],
        )
        there = set(cursor.fetchall())
    for table in layout:
        for column in table.columns:
            if (table.table, column) not in there:
                yield Finding(
                    kind=Kind.NOT_READABLE,
                    table=table.table,
                    key=None,
                    seal=seal,
                    words=f"seals of layout {kept.pk} cover the column {column}, which is gone",
                )


def _count(outcome: Outcome, seals: Sequence[Seal]) -> None:
    outcome.seals += len(seals)
    outcome.changes += sum(seal.changes for seal in seals)
    outcome.attempts += sum(seal.attempts for seal in seals)
    outcome.rows += sum(seal.rows for seal in seals)
