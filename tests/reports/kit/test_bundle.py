"""A record copy proves each of its files."""

import csv
import hashlib
import json
import zipfile
from io import BytesIO, StringIO

import pytest

from reports.kit.bundle import CopyFile, RecordCopy, canonical_json, csv_file
from tests.reports.kit.conftest import HEAD

COPY = RecordCopy(
    head=HEAD,
    files=(
        CopyFile(name="record.pdf", media_type="application/pdf", content=b"%PDF"),
        CopyFile(name="record.json", media_type="application/json", content=b"{}\n"),
    ),
)


@pytest.mark.urs("URS-76")
def test_lists_every_file_with_its_sum() -> None:
    archive = zipfile.ZipFile(BytesIO(COPY.archive()))
    manifest = json.loads(archive.read("manifest.json"))
    lines = [line.split("  ") for line in archive.read("SHA256SUMS").decode().splitlines()]
    sums = {name: digest for digest, name in lines}

    assert archive.namelist() == ["record.pdf", "record.json", "manifest.json", "SHA256SUMS"]
    assert manifest["subject"] == "CHA9990260004AX"
    assert manifest["generated_at"] == "2026-03-04T01:00:00.000000Z"
    for file in manifest["files"]:
        content = archive.read(file["name"])
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        assert file["bytes"] == len(content)
    for name, digest in sums.items():
        assert digest == hashlib.sha256(archive.read(name)).hexdigest()


def test_is_the_same_archive_each_time() -> None:
    assert COPY.archive() == COPY.archive()


def test_writes_json_in_one_way() -> None:
    assert canonical_json({"b": "é", "a": 1}) == '{\n "a": 1,\n "b": "é"\n}\n'.encode()


def test_refuses_numbers_that_json_lacks() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json({"a": float("nan")})


def test_writes_csv_that_no_spreadsheet_takes_for_formulas() -> None:
    content = csv_file(("code", "reason"), [("=A9999", 'said "no", twice\nand left'), ("-1+1", "")])

    assert list(csv.reader(StringIO(content.decode(), newline=""))) == [
        ["code", "reason"],
        ["'=A9999", 'said "no", twice\nand left'],
        ["'-1+1", ""],
    ]
    assert csv_file(("celsius",), [("-196.5",)]) == b"celsius\r\n-196.5\r\n"
