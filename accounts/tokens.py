"""What is kept of a service token."""

import hashlib


def digest_of(token: str) -> str:
    """Return what is kept of a token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()
