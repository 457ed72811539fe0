"""A drawing surface whose files have the shape of PDF/A-2b, so that they open in thirty years."""

from datetime import UTC, datetime
from functools import cache
from typing import BinaryIO
from xml.sax.saxutils import escape

from PIL import ImageCms
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from reports.kit.fonts import BODY, legible, register_fonts

PRODUCER = "ReportLab PDF Library"
_PROFILE_DATE = slice(24, 36)
_PROFILE_DATE_FIXED = bytes.fromhex("07d000010001000000000000")

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate>
<pdf:Producer>{producer}</pdf:Producer><pdf:Keywords>{keywords}</pdf:Keywords><pdf:Trapped>False</pdf:Trapped>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""  # noqa: E501 - namespaces are as long as they are


def archival_canvas(
    stream: BinaryIO,
    *,
    page_size: tuple[float, float],
    title: str,
    author: str,
    subject: str,
    keywords: str,
    creator: str,
    at: datetime,
) -> Canvas:
    """
    Open a canvas that writes embedded fonts only, XMP metadata and an sRGB output intent.

    at: when the file is made; the same contents at the same time give the same bytes.
    Source: ISO 19005-2 (PDF/A-2), level B.
    """
    register_fonts()
    canvas = Canvas(
        stream,
        pagesize=page_size,
        pageCompression=1,
        invariant=1,
        initialFontName=BODY,
        pdfVersion=(1, 7),
        lang="en",
    )
    words = {
        "title": legible(title),
        "author": legible(author),
        "subject": legible(subject),
        "keywords": legible(keywords),
        "creator": legible(creator),
        "producer": PRODUCER,
    }
    _describe(canvas, words, at.astimezone(UTC))
    _archive(canvas, words, at.astimezone(UTC))
    return canvas


def _describe(canvas: Canvas, words: dict[str, str], at: datetime) -> None:
    """Fill the old document information, which must say what the XMP metadata says."""
    canvas.setTitle(words["title"])
    canvas.setAuthor(words["author"])
    canvas.setSubject(words["subject"])
    canvas.setKeywords(words["keywords"])
    canvas.setCreator(words["creator"])
    canvas.setProducer(words["producer"])
    canvas.setDateFormatter(lambda *_: f"{at:D:%Y%m%d%H%M%S+00'00'}")


def _archive(canvas: Canvas, words: dict[str, str], at: datetime) -> None:
    catalog = canvas._doc.Catalog  # noqa: SLF001 - the library has no door to the catalogue
    xmp = _XMP.format(
        at=f"{at:%Y-%m-%dT%H:%M:%S+00:00}", **{name: escape(text) for name, text in words.items()}
    )
    catalog.Metadata = pdfdoc.PDFStream(
        pdfdoc.PDFDictionary(
            {"Type": pdfdoc.PDFName("Metadata"), "Subtype": pdfdoc.PDFName("XML")}
        ),
        xmp.encode(),
    )
    profile = pdfdoc.PDFStream(pdfdoc.PDFDictionary({"N": 3}), _srgb_profile())
    intent = pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("OutputIntent"),
            "S": pdfdoc.PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": pdfdoc.PDFString("sRGB IEC61966-2.1"),
            "Info": pdfdoc.PDFString("sRGB IEC61966-2.1"),
            "DestOutputProfile": canvas._doc.Reference(profile),  # noqa: SLF001 - as above
        }
    )
    catalog.OutputIntents = pdfdoc.PDFArray([intent])
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]


@cache
def _srgb_profile() -> bytes:
    """Make the colour profile, with a fixed date so that equal records are equal files."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made[: _PROFILE_DATE.start] + _PROFILE_DATE_FIXED + made[_PROFILE_DATE.stop :]
