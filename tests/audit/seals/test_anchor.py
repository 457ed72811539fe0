"""The anchor is read from its end, whatever its lines are, and early lines go on being read."""

from io import BytesIO
from pathlib import Path

import pytest

from audit.models import Seal
from audit.seals.anchor import AnchorLine, end_in, line_of, lines_from_the_end
from audit.seals.canonical import canonical
from audit.seals.losses import find_loss
from audit.seals.sealing import seal_trail
from tests.world import World

pytestmark = pytest.mark.urs("URS-38", "URS-83")
SEAL = f"seal {{number}} 2026-11-28T00:00:00+00:00 root digest key {'f' * 128}"


def anchor_of(*lines: str, end: str = "\n") -> BytesIO:
    """Return a file with these lines."""
    return BytesIO(("\n".join(lines) + end).encode())


@pytest.mark.parametrize("block", [1, 7, 64, 4096])
def test_reads_every_line_from_the_end_in_blocks_of_any_size(
    monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr("audit.seals.anchor._BLOCK_BYTES", block)
    lines = [SEAL.format(number=number) for number in (1, 2, 3)]

    whole = [line.text for line in lines_from_the_end(anchor_of(*lines))]
    torn = [line.text for line in lines_from_the_end(anchor_of(*lines, end=""))]

    assert whole == lines[::-1]
    assert torn == [lines[1], lines[0]]


def test_ends_where_its_newest_whole_seal_is() -> None:
    lines = [SEAL.format(number=1), "gap 2 3 digest 1 2026-11-28T00:00:00+00:00"]

    bridged = end_in(anchor_of(*lines))
    torn = end_in(anchor_of(*lines, SEAL.format(number=2)[:-3] + " 1 2"))

    assert bridged is not None
    assert (bridged.number, bridged.is_bridged) == (1, True)
    assert torn is not None
    assert torn.number == 1
    assert end_in(anchor_of("# title")) is None
    assert end_in(BytesIO()) is None


def test_early_lines_have_no_counts_and_early_texts_no_newest_change(
    world: World, anchor: Path
) -> None:
    seal_trail()
    seal = Seal.objects.get()
    seal.newest_change = None
    early = AnchorLine(place=1, text=line_of(seal))

    assert (early.number, early.counts) == (1, None)
    assert b"newest_change" not in canonical(seal, layout="any")
    lost = SEAL.format(number=2)
    anchor.write_text(anchor.read_text() + lost + "\n")
    loss = find_loss()
    assert loss is not None
    assert (loss.first, loss.kept, loss.changes, loss.newest_change) == (2, 1, None, None)
    anchor.write_text(lost + "\n")
    nothing_shared = find_loss()
    assert nothing_shared is not None
    assert (nothing_shared.kept, nothing_shared.kept_at) == (None, None)
