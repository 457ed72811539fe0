"""Files that people attach: what they may be, told by their content and not by their name."""

import hashlib
from pathlib import PurePosixPath

from audit.errors import Refusal

MOST_BYTES = 10 * 1024 * 1024
_BEGIN = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}


def content_type_of(content: bytes) -> str:
    """Return what the content is: a PDF, PNG, JPEG or plain text; empty when it is none of them."""
    for begin, name in _BEGIN.items():
        if content.startswith(begin):
            return name
    return "text/plain" if _is_text(content) else ""


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return all(sign.isprintable() or sign in "\r\n\t" for sign in text)


def name_of_file(given: str) -> str:
    """Return the name without any folder, cut to what is kept; never empty."""
    plain = PurePosixPath(given.replace("\\", "/")).name
    return "".join(sign for sign in plain if sign.isprintable()).strip()[-200:] or "file"


def sha256_of(content: bytes) -> str:
    """Return the SHA-256, in hex."""
    return hashlib.sha256(content).hexdigest()


def refusals_to_attach(content: bytes) -> list[Refusal]:
    """Say why a file is not taken."""
    if not content:
        return [Refusal("FILE_EMPTY", "The file is empty. Choose another.")]
    if len(content) > MOST_BYTES:
        return [Refusal("FILE_TOO_LARGE", "The file has more than 10 MB. Make it smaller.")]
    if not content_type_of(content):
        words = "By its content this is no PDF, PNG, JPEG or plain text. Attach one of these."
        return [Refusal("FILE_KIND", words)]
    return []
