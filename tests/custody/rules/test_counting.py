"""What a count says of each vial, by the table and whatever is scanned."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.models import CountResult, ScanKind
from custody.rules.counting import (
    Entry,
    Finding,
    Stand,
    Wanted,
    compare,
    kind_of_word,
    rows_of,
    standing,
)

BOX, RACK = 2, 1
SEEN, UNREADABLE = ScanKind.SEEN, ScanKind.UNREADABLE


def stand(position: int, box: int = BOX) -> Stand:
    """Return a place in a box of the rack."""
    return Stand(position_id=position, container_ids=frozenset({RACK, box}))


def wanted(key: int, **otherwise: object) -> Wanted:
    """Return a vial at the place of its own number."""
    said = {"then": stand(key), "now": stand(key), **otherwise}
    return Wanted(vial_id=key, code=f"V{key}", **said)  # type: ignore[arg-type] # as it says


def seen(key: int | None, position: int | None = None, box: int = BOX) -> Entry:
    """Return a scan of a vial, at a place where one is said."""
    code = "X" if key is None else f"V{key}"
    return Entry(kind=SEEN, code=code, vial_id=key, position_id=position, container_id=box)


def mark(position: int | None) -> Entry:
    """Return an unreadable label at a place."""
    return Entry(kind=UNREADABLE, position_id=position, container_id=BOX)


def only(*vials: Wanted, entries: tuple[Entry, ...], **others: Stand | None) -> list[Finding]:
    """Compare these vials with these entries."""
    known = {int(key[1:]): where for key, where in others.items()}
    return compare(vials, entries, known, container_id=BOX)


@pytest.mark.parametrize(
    ("vial", "entries", "result"),
    [
        (wanted(1), (seen(1),), CountResult.MATCHED),
        (wanted(1), (seen(1, 1),), CountResult.MATCHED),
        (wanted(1), (seen(1, 5),), CountResult.MISPLACED),
        (wanted(1), (seen(1, box=3),), CountResult.MISPLACED),
        (wanted(1), (), CountResult.MISSING),
        (wanted(1), (mark(1),), CountResult.UNREADABLE),
        (wanted(1, now=None), (), CountResult.MOVED),
        (wanted(1, now=stand(9, 8)), (), CountResult.MOVED),
        (wanted(1, now=None), (seen(1, 1),), CountResult.MATCHED),
        (wanted(1, now=stand(5)), (seen(1, 5),), CountResult.MATCHED),
        (wanted(1, now=None, is_missing=True), (), CountResult.MISSING),
        (wanted(1, now=None, is_missing=True), (seen(1, 1),), CountResult.FOUND),
        (wanted(1, now=None, is_missing=True), (seen(1, 4),), CountResult.MISPLACED),
    ],
)
def test_says_what_came_of_a_vial(
    vial: Wanted, entries: tuple[Entry, ...], result: CountResult
) -> None:
    assert [one.result for one in only(vial, entries=entries)] == [result]


def test_says_what_was_not_expected() -> None:
    entries = (seen(None), seen(7), seen(8, 3), seen(9, 3), mark(None))

    found = only(entries=entries, v7=None, v8=stand(3), v9=stand(4))

    assert [one.result for one in found] == [
        CountResult.EXTRA,
        CountResult.EXTRA,
        CountResult.MATCHED,
        CountResult.MISPLACED,
        CountResult.UNREADABLE,
    ]


@settings(deadline=None)
@given(
    here=st.sets(st.integers(1, 8)),
    scanned=st.lists(
        st.tuples(st.integers(1, 12), st.none() | st.integers(1, 12)),
        unique_by=lambda pair: pair[0],
    ),
    left=st.sets(st.integers(1, 8)),
)
def test_every_vial_has_one_line_and_nothing_seen_is_called_missing(
    here: set[int], scanned: list[tuple[int, int | None]], left: set[int]
) -> None:
    vials = [wanted(key, now=None if key in left else stand(key)) for key in sorted(here)]
    entries = [seen(key, place) for key, place in scanned]

    found = compare(vials, entries, {key: None for key, _ in scanned}, container_id=BOX)

    seen_keys = {key for key, _ in scanned}
    assert sorted(str(one.vial_id) for one in found) == sorted(map(str, here | seen_keys))
    for one in found:
        gone = {CountResult.MISSING, CountResult.MOVED}
        assert (one.result in gone) is (one.vial_id not in seen_keys)
        assert (one.result == CountResult.MISSING) <= (one.vial_id not in left)


@settings(deadline=None)
@given(st.lists(st.sampled_from([SEEN, ScanKind.TAKEN_BACK])))
def test_an_entry_taken_back_counts_for_nothing(kinds: list[ScanKind]) -> None:
    entries = [Entry(kind=kind, container_id=BOX) for kind in kinds]

    kept = standing(entries)

    assert all(entry.kind == SEEN for entry in kept)
    assert len(kept) <= kinds.count(SEEN)
    assert standing([*entries, seen(1), Entry(kind=ScanKind.TAKEN_BACK, container_id=BOX)]) == kept


def test_reads_the_list_of_a_rack() -> None:
    text = 'A1;V1\nA2\tNO READ\n"A3","NO TUBE"\n\n V9 \n'

    assert rows_of(text) == [("A1", "V1"), ("A2", "NO READ"), ("A3", "NO TUBE"), ("", "V9")]
    assert [kind_of_word(code) for _, code in rows_of(text)] == [
        None,
        UNREADABLE,
        ScanKind.EMPTY,
        None,
    ]
