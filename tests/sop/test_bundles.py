"""Reading a procedure with its files from a zip, and refusing every hostile one with words."""

import stat
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from audit.errors import ActionRefused
from sop import bundles
from sop.bundles import BroughtFile, read_procedure
from tests.factories.procedures import document

pytestmark = pytest.mark.urs("URS-06", "URS-08")
SAID = document().model_dump_json().encode()
PLAN = b"%PDF-1.7 plan"
Parts = dict[str, bytes]


def packed(parts: Parts, change: Callable[[zipfile.ZipInfo], object] | None = None) -> bytes:
    """Return a zip of these parts; change: what is done to the entry of each."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if change is not None:
                change(entry)
            archive.writestr(entry, content)
    return stream.getvalue()


def linked(entry: zipfile.ZipInfo) -> None:
    """Make an entry a symbolic link."""
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16


def by_bzip2(entry: zipfile.ZipInfo) -> None:
    """Pack an entry in a way that is not taken."""
    entry.compress_type = zipfile.ZIP_BZIP2


def sums(name: str, sha256: str) -> Parts:
    """Return a list of sums with one line."""
    return {"SHA256SUMS": f"{sha256}  {name}\n".encode()}


GOOD = {"procedure.json": SAID, "files/plan.pdf": PLAN}
HOSTILE = {
    "a way up": ("BUNDLE_NAME", packed(GOOD | {"files/../../etc/passwd": b"x"})),
    "a way from the root": ("BUNDLE_NAME", packed(GOOD | {"/etc/passwd": b"x"})),
    "a dot alone": ("BUNDLE_NAME", packed(GOOD | {"files/..": b"x"})),
    "a way of Windows": ("BUNDLE_NAME", packed(GOOD | {"files\\..\\x.txt": b"x"})),
    "a folder in a folder": ("BUNDLE_NAME", packed(GOOD | {"files/more/plan.pdf": PLAN})),
    "a program beside it": ("BUNDLE_NAME", packed(GOOD | {"run.exe": b"MZ"})),
    "no procedure": ("BUNDLE_NAME", packed({"files/plan.pdf": PLAN})),
    "a link": ("BUNDLE_NAME", packed(GOOD, linked)),
    "another packing": ("BUNDLE_BROKEN", packed(GOOD, by_bzip2)),
    "cut off": ("BUNDLE_BROKEN", packed(GOOD)[:-30]),
    "changed inside": ("BUNDLE_BROKEN", packed(GOOD).replace(b"PK\x03\x04", b"PK\x03\x05", 2)),
    "a program in a file": ("FILE_KIND", packed(GOOD | {"files/plan.pdf": b"MZ\x00\x01"})),
    "an empty file": ("FILE_EMPTY", packed(GOOD | {"files/plan.pdf": b""})),
    "a large file": ("FILE_TOO_LARGE", packed(GOOD | {"files/a.txt": b"a" * 10_485_761})),
    "another sum": ("BUNDLE_SUM", packed(GOOD | sums("files/plan.pdf", "0" * 64))),
    "a file that is missing": ("BUNDLE_SUM", packed(GOOD | sums("files/b.pdf", "0" * 64))),
    "too many": ("BUNDLE_TOO_LARGE", packed(GOOD | {f"files/{n}": b"a" for n in range(60)})),
    "far too many": ("BUNDLE_TOO_LARGE", packed(GOOD | {f"files/{n}": b"a" for n in range(200)})),
    "no document": ("NOT_A_PROCEDURE", packed(GOOD | {"procedure.json": b"{}"})),
}


def test_takes_the_document_and_its_files() -> None:
    brought = read_procedure(packed(GOOD | {"files/": b"", "files/Größe.txt": b"words"}))

    assert brought.document == document()
    assert brought.files == (
        BroughtFile(name="Größe.txt", content=b"words"),
        BroughtFile(name="plan.pdf", content=PLAN),
    )


@pytest.mark.parametrize(("code", "content"), HOSTILE.values(), ids=HOSTILE.keys())
def test_refuses(code: str, content: bytes) -> None:
    with pytest.raises(ActionRefused) as refused:
        read_procedure(content)

    assert code in {refusal.code for refusal in refused.value.refusals}
    assert all(refusal.words.endswith(".") for refusal in refused.value.refusals)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_refuses_one_name_twice() -> None:
    stream = BytesIO(packed(GOOD))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("files/plan.pdf", b"other")

    with pytest.raises(ActionRefused) as refused:
        read_procedure(stream.getvalue())

    assert "twice" in refused.value.refusals[0].words


def test_never_unpacks_more_than_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "MOST_BYTES", 20_000)
    bomb = packed(GOOD | {f"files/{n}.txt": b"a" * 9_000 for n in range(4)})

    with pytest.raises(ActionRefused) as refused:
        read_procedure(bomb)

    assert [refusal.code for refusal in refused.value.refusals] == ["BUNDLE_TOO_LARGE"]
