"""The Ed25519 key that signs seals; it lies outside the database."""

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from audit.seals.errors import CannotSeal
from audit.seals.places import anchor_path


class SigningKey:
    """The private key in use, with the public half that everybody may know."""

    def __init__(self, pem: str) -> None:
        """
        Read the key.

        Raises CannotSeal: it is no Ed25519 private key in PEM.
        """
        try:
            key = load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError) as fault:
            raise CannotSeal(f"SEAL_KEY cannot be read ({fault}): give an Ed25519 key.") from fault
        if not isinstance(key, Ed25519PrivateKey):
            raise CannotSeal("SEAL_KEY is a key of another kind: give an Ed25519 key.")
        self._key = key
        self.public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
        self.fingerprint = fingerprint_of(self.public)

    def sign(self, text: bytes) -> str:
        """Return the signature of `text` in hex."""
        return self._key.sign(text).hex()


def fingerprint_of(public: str) -> str:
    """Return the name of a public key in hex: the first half of its SHA-256's first half."""
    return sha256(bytes.fromhex(public)).hexdigest()[:16]


def is_signed_by(public: str, *, signature: str, text: bytes) -> bool:
    """Say whether the key with this public half signed `text`."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True


def signing_key() -> SigningKey:
    """
    Return the key in use; a demo makes one beside its anchor the first time.

    Raises CannotSeal: there is none.
    """
    if settings.SEAL_KEY:
        return SigningKey(settings.SEAL_KEY)
    if not settings.DEMO:
        raise CannotSeal(
            "Nothing can be sealed without a key: set SEAL_KEY_FILE to the file of an Ed25519 "
            "private key in PEM, as deploy/README.md says."
        )
    file = anchor_path().with_name("seal_key.pem")
    if not file.exists():
        _write_privately(file, new_key())
    return SigningKey(file.read_text("ascii"))


def new_key() -> str:
    """Return a new private key in PEM."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def trusted(keys: Mapping[str, str], key: str, public: str) -> bool:
    """Say whether a public key has the name it is kept under, and is one of `keys` by name."""
    return fingerprint_of(public) == key and keys.get(key) == public


def _write_privately(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(f".{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as output:
        output.write(text)
        output.flush()
        os.fsync(output.fileno())
    fresh.replace(file)
