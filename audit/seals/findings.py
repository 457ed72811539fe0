"""What a verification of the trail can find, and what it came to."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from hashlib import sha256

MOST_KEPT = 1_000


class Kind(StrEnum):
    """What is wrong with a record."""

    ALTERED = "altered"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    NOT_SIGNED = "not signed"
    NOT_ANCHORED = "not anchored"
    NOT_READABLE = "not readable"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """
    One record that does not verify.

    key: of the record in its table; of a line in the anchor, its place. words: what differs.
    """

    kind: Kind
    table: str
    key: int | None
    words: str
    change: int | None = None
    seal: int | None = None

    def __str__(self) -> str:
        """Name the record in one line."""
        where = "" if self.change is None else f", change {self.change}"
        where += "" if self.seal is None else f", seal {self.seal}"
        return f"{self.kind}: {self.table} {self.key}{where}: {self.words}"


@dataclass(kw_only=True)
class Outcome:
    """
    What a verification came to; in flat memory, however much was found.

    found: how many findings. findings: the first of them, in the order of the seals.
    waiting: Changes and refused attempts that are not sealed yet.
    gaps: what restores lost and quality signed off, in words; these are no findings.
    """

    first_seal: int | None = None
    last_seal: int | None = None
    seals: int = 0
    changes: int = 0
    attempts: int = 0
    rows: int = 0
    records: int = 0
    waiting: int = 0
    found: int = 0
    findings: list[Finding] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    _digest: bytes = b""

    @property
    def is_intact(self) -> bool:
        """Whether nothing was found."""
        return self.found == 0

    @property
    def fingerprint(self) -> str:
        """A digest over all findings, by which the same break is known again; empty for none."""
        return self._digest.hex()

    def add(self, findings: Iterable[Finding]) -> None:
        """Take findings in, in the order in which they are told."""
        for finding in findings:
            self.found += 1
            self._digest = sha256(self._digest + str(finding).encode()).digest()
            if len(self.findings) < MOST_KEPT:
                self.findings.append(finding)

    def told(self) -> dict[str, object]:
        """Return it as JSON can say it."""
        names = ("first_seal", "last_seal", "seals", "changes", "attempts", "rows", "records")
        return {
            "intact": self.is_intact,
            **{name: getattr(self, name) for name in (*names, "waiting", "found")},
            "gaps": self.gaps,
            "findings": [asdict(finding) for finding in self.findings],
        }
