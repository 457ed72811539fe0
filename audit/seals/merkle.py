"""The Merkle tree of a seal: leaves and nodes are hashed apart, as RFC 6962 section 2.1 does it."""

from collections.abc import Sequence
from hashlib import sha256

NODE = b"\x01"


def root_of(leaves: Sequence[bytes]) -> bytes:
    """
    Return the root over `leaves`, which are hashed already; of none, the SHA-256 of nothing.

    A last node without a partner goes up as it is, so the tree is the one of RFC 6962.
    """
    if not leaves:
        return sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        paired = [
            sha256(NODE + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        level = [*paired, level[-1]] if len(level) % 2 else paired
    return level[0]
