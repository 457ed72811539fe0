"""The text of a seal that is digested and signed; anybody can write it again from the row."""

import json
from datetime import UTC, datetime
from hashlib import sha256

from audit.models import Seal

TEXT_LAYOUT = 1


def canonical(seal: Seal, *, layout: str) -> bytes:
    """
    Return the canonical text of a seal: JSON with sorted names, without blanks, in ASCII.

    layout: the digest of the seal's layout.
    Names that early seals do not have are left out of their text.
    """
    said: dict[str, object] = {
        "text": TEXT_LAYOUT,
        "number": seal.number,
        "previous": seal.previous_digest,
        "layout": layout,
        "root": seal.root,
        "changes": seal.changes,
        "attempts": seal.attempts,
        "rows": seal.rows,
        "horizon": seal.horizon,
        "cluster": seal.cluster,
        "sealed_at": instant(seal.sealed_at),
        "key": seal.key,
        "public_key": seal.public_key,
    }
    if seal.newest_change is not None:
        said["newest_change"] = seal.newest_change
    if seal.after_gap is not None:
        said["after_gap"] = {
            "first": seal.after_gap.first_lost,
            "last": seal.after_gap.last_lost,
            "digest": seal.after_gap.last_digest,
        }
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")


def digest_of_text(text: bytes) -> str:
    """Return the SHA-256 of a canonical text in hex."""
    return sha256(text).hexdigest()


def instant(at: datetime) -> str:
    """Return a time in UTC to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
