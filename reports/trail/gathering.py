"""Gathering the entries of a copy into a file, one line each, with the digest that proves it."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BufferedRandom
from tempfile import TemporaryFile
from typing import Any

from django.db.models import Q

from audit.queries.changes import TrailFilter
from audit.queries.entries import trail_entries
from reports.dossier.plain import as_plain
from reports.instant import one_instant

MASKED = ("inventory.PatientIdentity",)


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """
    The entries as they were read at one instant.

    lines: one canonical JSON object a line. sha256: over all lines, in hex.
    first, last: the lowest and the highest number of a change; None without an entry.
    """

    lines: BufferedRandom
    sha256: str
    entries: int
    first: int | None
    last: int | None

    def read(self) -> Iterator[dict[str, Any]]:
        """Yield the entries again, from the first on."""
        self.lines.seek(0)
        for line in self.lines:
            yield json.loads(line)


def gather(matching: TrailFilter, *, but_not: Q) -> Gathered:
    """
    Read the entries that match; who a patient is stays masked.

    but_not: the condition of the changes that the reader may not see.
    """
    digest, count = hashlib.sha256(), 0
    first: int | None = None
    last: int | None = None
    with ExitStack() as until_read, one_instant():
        lines: BufferedRandom = until_read.enter_context(TemporaryFile())
        for entry in trail_entries(matching=matching, but_not=but_not, masked=MASKED):
            text = json.dumps(as_plain(entry), ensure_ascii=False, sort_keys=True)
            line = f"{text}\n".encode()
            digest.update(line)
            lines.write(line)
            count += 1
            first, last = entry.change, entry.change if last is None else last
        until_read.pop_all()  # whoever hands the copy out closes it
    return Gathered(lines=lines, sha256=digest.hexdigest(), entries=count, first=first, last=last)
