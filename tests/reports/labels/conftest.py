"""A printed label is looked at as a scanner does: rendered, then decoded."""

from collections.abc import Callable

import pypdfium2
import pytest
import zxingcpp

Decode = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def decode() -> Decode:
    """Render one page at a printer's resolution and give every code found with its symbology."""

    def look(pdf: bytes, *, dpi: int, page: int = 0, turned: int = 0) -> list[tuple[str, str]]:
        document = pypdfium2.PdfDocument(pdf)
        image = document[page].render(scale=dpi / 72, rotation=turned).to_pil().convert("L")
        document.close()
        return [(found.text, found.format.name) for found in zxingcpp.read_barcodes(image)]

    return look


@pytest.fixture
def words_on() -> Callable[[bytes], str]:
    """Extract the text of all pages."""

    def read(pdf: bytes) -> str:
        document = pypdfium2.PdfDocument(pdf)
        text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
        document.close()
        return text

    return read
