"""
Files have the parts that PDF/A-2b asks for.

No validator ships as a package; this checks the structure that a validator would look at first.
"""

import struct
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import pypdf
import pytest
from pypdf.generic import DictionaryObject

from reports.kit.fonts import MONO
from reports.kit.paper import Paper
from tests.reports.kit.conftest import HEAD, written

PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"


@pytest.fixture(scope="module")
def record() -> bytes:
    def write(paper: Paper) -> None:
        paper.heading("Ünï Ωμέγα Привет")
        paper.text("−152.4 °C ≤ ✔ ▲ ✖", font=MONO)
        paper.break_page()
        paper.text("second page")

    return written(write)


@pytest.fixture
def reader(record: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(record))


def catalogue(reader: pypdf.PdfReader, name: str) -> Any:
    """Give an entry of the document catalogue; its shape is what the test is about."""
    return reader.root_object[name]


def objects(reader: pypdf.PdfReader) -> list[Any]:
    numbers = range(1, int(str(reader.trailer["/Size"])))
    found = (reader.get_object(number) for number in numbers)
    return [item for item in found if isinstance(item, DictionaryObject)]


@pytest.mark.urs("URS-76")
def test_declares_pdf_a_2b_in_plain_metadata(record: bytes, reader: pypdf.PdfReader) -> None:
    metadata = catalogue(reader, "/Metadata")
    xmp = ET.fromstring(metadata.get_data().decode().split("?>", 1)[1].rsplit("<?", 1)[0])  # noqa: S314 - our own file

    assert record.startswith(b"%PDF-1.7")
    assert "/Filter" not in metadata
    assert [e.text for e in xmp.iter(f"{PDFAID}part")] == ["2"]
    assert [e.text for e in xmp.iter(f"{PDFAID}conformance")] == ["B"]
    assert [e.text for e in xmp.iter(f"{XMP}CreateDate")] == ["2026-03-04T01:00:00+00:00"]


def test_says_the_same_in_both_kinds_of_metadata(reader: pypdf.PdfReader) -> None:
    info = reader.metadata
    xmp = reader.xmp_metadata

    assert info is not None
    assert xmp is not None
    assert xmp.dc_title == {"x-default": info.title}
    assert xmp.dc_creator == [info.author]
    assert xmp.dc_description == {"x-default": info.subject}
    assert xmp.pdf_producer == info.producer
    assert xmp.xmp_creator_tool == info.creator
    assert info.creation_date == info.modification_date == HEAD.generated_at


def test_has_an_srgb_output_intent(reader: pypdf.PdfReader) -> None:
    intent = catalogue(reader, "/OutputIntents")[0].get_object()
    profile = intent["/DestOutputProfile"].get_data()

    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"]["/N"] == 3
    assert profile[12:20] == b"mntrRGB "


@pytest.mark.urs("URS-76")
def test_embeds_every_font_with_its_unicode_map(reader: pypdf.PdfReader) -> None:
    fonts = [o for o in objects(reader) if o.get("/Type") == "/Font"]

    assert fonts
    for font in fonts:
        assert "/FontFile2" in font["/FontDescriptor"].get_object()
        assert "/ToUnicode" in font
        assert font["/BaseFont"][7] == "+"


def test_maps_codes_to_glyphs_in_the_one_way_that_symbolic_fonts_may(
    reader: pypdf.PdfReader,
) -> None:
    for font in (o for o in objects(reader) if o.get("/Type") == "/Font"):
        descriptor = font["/FontDescriptor"].get_object()
        program = descriptor["/FontFile2"].get_object().get_data()
        tables = {program[i : i + 4]: i for i in range(12, 12 + 16 * program[5], 16)}
        entry = tables[b"cmap"]
        (offset,) = struct.unpack(">I", program[entry + 8 : entry + 12])
        (subtables,) = struct.unpack(">H", program[offset + 2 : offset + 4])

        assert descriptor["/Flags"] & 4
        assert "/Encoding" not in font
        assert subtables == 1


def test_holds_nothing_that_an_archive_forbids(record: bytes, reader: pypdf.PdfReader) -> None:
    forbidden = {"/JavaScript", "/JS", "/Encrypt", "/EmbeddedFile", "/AA", "/SMask", "/OpenAction"}

    assert not reader.is_encrypted
    assert "/ID" in reader.trailer
    assert not any(forbidden & set(item) for item in objects(reader))
    assert b"LZWDecode" not in record


def test_keeps_the_text_of_every_script(reader: pypdf.PdfReader) -> None:
    text = reader.pages[0].extract_text()

    for expected in ("Ünï Ωμέγα Привет", "152.4 °C", "✔ ▲ ✖", "Ada Łovelace"):
        assert expected in text


def test_writes_equal_records_as_equal_files(record: bytes) -> None:
    again = written(lambda paper: paper.text("same"))

    assert again == written(lambda paper: paper.text("same"))
    assert again != record


def test_shows_a_character_that_the_typefaces_lack(record: bytes) -> None:
    text = pypdf.PdfReader(BytesIO(written(lambda p: p.text("王 Ada")))).pages[0].extract_text()

    assert "[U+738B] Ada" in text
