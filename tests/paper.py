"""A sheet of paper as a scanner and a reader see it: rendered, then decoded or read."""

import pypdfium2
import zxingcpp


def codes_on(pdf: bytes, *, dpi: int, page: int = 0, turned: int = 0) -> list[tuple[str, str]]:
    """Render one page at a printer's resolution; give every code found with its symbology."""
    document = pypdfium2.PdfDocument(pdf)
    image = document[page].render(scale=dpi / 72, rotation=turned).to_pil().convert("L")
    document.close()
    return [(found.text, found.format.name) for found in zxingcpp.read_barcodes(image)]


def words_on(pdf: bytes) -> list[str]:
    """Extract the text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return pages
