"""Credentials of sources and channels: encrypted as kept, in the clear only while used."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from audit.errors import Refusal
from temperature.feeds.adapter import FeedFailed

NO_KEY = Refusal(
    "NO_FEED_KEY",
    "Secrets cannot be kept here yet: set FEED_KEY to a long random text, start the portal "
    "again, then enter the secret.",
)


def can_keep() -> bool:
    """Say whether there is a key to encrypt with."""
    return bool(settings.FEED_KEY)


def encrypted(secret: str) -> str:
    """Return a secret as it is kept; empty stays empty."""
    return _keys().encrypt(secret.encode()).decode() if secret else ""


def decrypted(kept: str) -> str:
    """
    Return a secret in the clear; empty stays empty.

    Raises FeedFailed: it was encrypted with a key that is not there any more.
    """
    if not kept:
        return ""
    try:
        return _keys().decrypt(kept.encode()).decode()
    except (InvalidToken, ValueError) as fault:
        raise FeedFailed(
            "Its secret cannot be read with the keys in FEED_KEY. Enter the secret again."
        ) from fault


def _keys() -> MultiFernet:
    """Return the keys: the first one encrypts, the others still decrypt."""
    digests = [sha256(b"secrets of feeds " + key.encode()).digest() for key in settings.FEED_KEY]
    return MultiFernet([Fernet(urlsafe_b64encode(digest)) for digest in digests])
