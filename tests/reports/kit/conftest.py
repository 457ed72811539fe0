"""A record head, and paper to write on."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pypdf
import pytest

from reports.kit.paper import Paper, RecordHead

HEAD = RecordHead(
    title="Therapy dossier",
    subject="CHA9990260004AX",
    record_version="17",
    record_sha256="ab" * 32,
    generated_by="Ada Łovelace (ada)",
    generated_at=datetime(2026, 3, 4, 1, 0, 0, tzinfo=UTC),
    zone=ZoneInfo("Europe/Amsterdam"),
    software="freezer-inventory 0.1.0 abc123",
    query="therapy CHA9990260004AX, as of 2026-03-04",
)

Write = Callable[[Paper], None]


def written(write: Write, head: RecordHead = HEAD) -> bytes:
    """Write on paper and give the file."""
    stream = BytesIO()
    paper = Paper(stream, head)
    write(paper)
    paper.close()
    return stream.getvalue()


@pytest.fixture
def pages_of() -> Callable[[bytes], list[str]]:
    """Extract the text of each page, blanks and line ends made single blanks."""

    def read(pdf: bytes) -> list[str]:
        reader = pypdf.PdfReader(BytesIO(pdf))
        return [" ".join(page.extract_text().split()) for page in reader.pages]

    return read
