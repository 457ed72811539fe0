"""How we prove to a source who we are: a certificate, and its key, which is the source's secret."""

import re
import ssl
import tempfile
from pathlib import Path

from temperature.feeds.adapter import FeedFailed

PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \1-----", re.DOTALL)
LINE = 64
UNFIT = (
    "The certificate and its private key do not belong together, or are no PEM. Enter the "
    "certificate as a setting, and the key, without a password of its own, as the secret."
)


def context_for(certificate: str, key: str) -> ssl.SSLContext:
    """
    Return how to speak TLS: who answers must prove who it is, and where asked we do so too.

    certificate, key: in PEM; line breaks may have become spaces, as entry fields make them.
    certificate: ours and those above it; empty when the source asks for none. The key is on the
    disk only while it is read, in a file that nobody else may open.
    Raises FeedFailed. Source: 21 CFR 11.10(h); REQUIREMENTS C4; URS-28.
    """
    context = ssl.create_default_context()
    if not certificate:
        return context
    with tempfile.NamedTemporaryFile("w", encoding="ascii", suffix=".pem") as pair:
        try:
            pair.write(_in_lines(certificate) + _in_lines(key))
            pair.flush()
            context.load_cert_chain(Path(pair.name), password=_no_password)
        except (ssl.SSLError, UnicodeEncodeError) as fault:
            raise FeedFailed(UNFIT) from fault
    return context


def _in_lines(text: str) -> str:
    """Return PEM with the lines that it must have."""
    parts = []
    for kind, content in PEM.findall(text):
        body = re.sub(r"\s+", "", content)
        lines = "\n".join(body[at : at + LINE] for at in range(0, len(body), LINE))
        parts.append(f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----\n")
    return "".join(parts)


def _no_password() -> str:
    """Answer for a key that has one: nobody is at a terminal to be asked."""
    return ""
