"""Verifying seals themselves: number, chain, text, signature, and their lines in the anchor."""

from collections.abc import Iterator

from audit.models import Seal, SealLayout
from audit.seals.anchor import AnchorLine, anchor_lines, line_of
from audit.seals.canonical import canonical, digest_of_text
from audit.seals.findings import Finding, Kind
from audit.seals.gaps import gaps_on_record
from audit.seals.key import fingerprint_of, is_signed_by
from audit.seals.layout import digest_of

SEALS = Seal._meta.db_table
ANCHOR = "anchor"
_NO_ANCHOR = Finding(
    kind=Kind.MISSING,
    table=ANCHOR,
    key=None,
    words="the anchor file is missing: nothing outside the database vouches for these seals",
)


class AnchorReader:
    """The anchor, read forward beside the seals; it also says which keys were made known."""

    def __init__(self, size: int | None) -> None:
        """Begin to read; no size means that there is no file."""
        self.is_there = size is not None
        self.keys: dict[str, str] = {}
        self.gaps: set[str] = set()
        self._lines = anchor_lines(size) if size is not None else iter(())
        self._ahead: AnchorLine | None = None
        self.newest_digest = ""

    def upto(self, number: int) -> Iterator[AnchorLine]:
        """Yield the lines up to the seal of this number."""
        while (line := self._next()) is not None:
            if line.number is not None and line.number > number:
                self._ahead = line
                return
            yield line

    def behind(self) -> list[int]:
        """Return the first and the last seal that lines behind those read speak of, if any."""
        first = last = None
        while (line := self._next()) is not None:
            if line.number is not None:
                first, last, self.newest_digest = first or line.number, line.number, line.digest
        return [] if first is None or last is None else [first, last]

    def _next(self) -> AnchorLine | None:
        line, self._ahead = self._ahead or next(self._lines, None), None
        if line is not None and line.key is not None and fingerprint_of(line.key[1]) == line.key[0]:
            self.keys[line.key[0]] = line.key[1]
        if line is not None and line.gap is not None:
            self.gaps.add(line.text)
        return line


class SealChain:
    """Seals in order, each checked against the one before and against the anchor."""

    def __init__(self, anchor: AnchorReader, before: Seal | None, first: int) -> None:
        """Begin behind `before`, at the seal `first`; earlier lines of the anchor are passed."""
        self._anchor = anchor
        self._before = before
        self._next_number = first
        self._layouts: dict[int, str] = {}
        self._unanchored: list[int] = []
        self._gaps = gaps_on_record()
        for _ in anchor.upto(first - 1):
            pass

    def check(self, seal: Seal) -> Iterator[Finding]:
        """Yield what is wrong with the next seal."""
        lost = list(self._check_gap(seal))
        yield from lost
        if not lost and self._before and seal.previous_digest != self._before.digest:
            yield _altered(seal, f"it does not follow seal {self._before.number}")
        text = canonical(seal, layout=self._layout(seal.layout))
        if digest_of_text(text) != seal.digest:
            yield _altered(seal, "its content does not have its digest")
        yield from self._check_anchor(seal)
        if seal.after_gap_id is not None:
            yield from self._check_line_of_gap(seal)
        yield from self._check_signature(seal, text)
        self._before, self._next_number = seal, seal.number + 1

    def end(self, newest: int) -> Iterator[Finding]:
        """Yield what the anchor lacks, and what it knows of seals that are not there."""
        if not self._anchor.is_there:
            if newest:
                yield _NO_ANCHOR
            return
        if self._unanchored:
            yield _anchorless(self._unanchored[0], self._unanchored[-1], len(self._unanchored))
        behind = self._anchor.behind()
        signed = [gap for gap in self._gaps if gap.is_of(self._anchor.newest_digest)]
        if behind and not any(gap.covers(*behind) for gap in signed):
            yield Finding(
                kind=Kind.MISSING,
                table=SEALS,
                key=behind[0],
                seal=behind[0],
                words=f"the database ends at seal {newest}, the anchor at {behind[1]}: what was "
                "sealed in between is lost, as after the restore of a backup",
            )

    def _check_anchor(self, seal: Seal) -> Iterator[Finding]:
        is_anchored = is_lost = self._is_lost(seal.number, seal.number)
        for line in self._anchor.upto(seal.number):
            if line.number == seal.number:
                is_anchored = True
                if line.text != line_of(seal) and not is_lost:
                    yield _differs(seal, line)
            elif line.key is None and not self._is_told(line):
                yield _unreadable(line, seal)
        if not is_anchored:
            self._unanchored.append(seal.number)
            del self._unanchored[1:-1]

    def _check_gap(self, seal: Seal) -> Iterator[Finding]:
        """Yield that seals before this one are gone, unless quality signed it off."""
        first, last = self._next_number, seal.number - 1
        gaps = [gap for gap in self._gaps if gap.key == seal.after_gap_id]
        if first <= last and not any(gap.covers(first, last) for gap in gaps):
            yield _lost(first, last)

    def _check_line_of_gap(self, seal: Seal) -> Iterator[Finding]:
        """Yield that the anchor does not tell of the loss before this seal."""
        lines = {gap.line for gap in self._gaps if gap.key == seal.after_gap_id}
        if self._anchor.is_there and not lines & self._anchor.gaps:
            yield _gapless(seal)

    def _is_lost(self, first: int, last: int) -> bool:
        """Say whether quality signed off that these seals are lost."""
        return any(gap.covers(first, last) for gap in self._gaps)

    def _is_told(self, line: AnchorLine) -> bool:
        """Say whether a line is one that a reconciled loss explains."""
        if line.gap is not None:
            return self._is_lost(*line.gap)
        return line.number is not None and self._is_lost(line.number, line.number)

    def _check_signature(self, seal: Seal, text: bytes) -> Iterator[Finding]:
        if not is_signed_by(seal.public_key, signature=seal.signature, text=text):
            yield _unsigned(seal, "its signature is not of this content and key")
        elif fingerprint_of(seal.public_key) != seal.key:
            yield _unsigned(seal, "its key has another fingerprint")
        elif not self._knows_key_of(seal):
            yield _unsigned(seal, f"the anchor does not know the key {seal.key}")

    def _knows_key_of(self, seal: Seal) -> bool:
        """Say whether the anchor made the key known; of a seal that is signed off nobody asks."""
        is_known = self._anchor.keys.get(seal.key) == seal.public_key
        return is_known or not self._anchor.is_there or self._is_lost(seal.number, seal.number)

    def gaps(self) -> list[str]:
        """Say which losses quality signed off, in words."""
        return [gap.words for gap in self._gaps]

    def _layout(self, layout: SealLayout) -> str:
        """Return the digest of what a layout says, whatever it says of itself."""
        if layout.pk not in self._layouts:
            self._layouts[layout.pk] = digest_of(layout.tables)
        return self._layouts[layout.pk]


def _lost(first: int, last: int) -> Finding:
    words = "the seal is gone" if first == last else f"the seals up to {last} are gone"
    return Finding(kind=Kind.MISSING, table=SEALS, key=first, seal=first, words=words)


def _altered(seal: Seal, words: str) -> Finding:
    return Finding(kind=Kind.ALTERED, table=SEALS, key=seal.number, seal=seal.number, words=words)


def _unsigned(seal: Seal, words: str) -> Finding:
    return Finding(
        kind=Kind.NOT_SIGNED, table=SEALS, key=seal.number, seal=seal.number, words=words
    )


def _differs(seal: Seal, line: AnchorLine) -> Finding:
    return Finding(
        kind=Kind.NOT_ANCHORED,
        table=SEALS,
        key=seal.number,
        seal=seal.number,
        words=f"line {line.place} of the anchor has another seal of this number",
    )


def _unreadable(line: AnchorLine, seal: Seal) -> Finding:
    return Finding(
        kind=Kind.NOT_READABLE,
        table=ANCHOR,
        key=line.place,
        seal=seal.number,
        words="this line of the anchor is none that a sealer wrote here",
    )


def _gapless(seal: Seal) -> Finding:
    return Finding(
        kind=Kind.NOT_ANCHORED,
        table=SEALS,
        key=seal.number,
        seal=seal.number,
        words="the anchor does not tell of the loss before it",
    )


def _anchorless(first: int, last: int, count: int) -> Finding:
    words = "its line is missing from the anchor"
    if count > 1:
        words = f"lines from here up to seal {last} are missing from the anchor"
    return Finding(kind=Kind.NOT_ANCHORED, table=SEALS, key=first, seal=first, words=words)
