"""The Merkle tree of a seal: leaves and nodes are hashed apart, as RFC 6962 section 2.1 does it."""

from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256

NODE = b"\x01"


class Side(StrEnum):
    """Where the other node of a pair stands."""

    LEFT = "left"
    RIGHT = "right"


def root_of(leaves: Sequence[bytes]) -> bytes:
    """
    Return the root over `leaves`, which are hashed already; of none, the SHA-256 of nothing.

    A last node without a partner goes up as it is, so the tree is the one of RFC 6962.
    """
    if not leaves:
        return sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def path_of(leaves: Sequence[bytes], ordinal: int) -> list[tuple[Side, bytes]]:
    """
    Return what the leaf at `ordinal` is joined with, level by level, up to the root.

    Each is the other node and the side on which it stands.
    """
    level, path = list(leaves), []
    while len(level) > 1:
        other = ordinal ^ 1
        if other < len(level):
            path.append((Side.LEFT if other < ordinal else Side.RIGHT, level[other]))
        level, ordinal = _above(level), ordinal // 2
    return path


def _above(level: list[bytes]) -> list[bytes]:
    paired = [
        sha256(NODE + left + right).digest()
        for left, right in zip(level[::2], level[1::2], strict=False)
    ]
    return [*paired, level[-1]] if len(level) % 2 else paired
