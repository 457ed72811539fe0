"""The tree is that of RFC 6962, so that anybody's program can follow a proof."""

from hashlib import sha256

import pytest

from audit.seals.merkle import Side, path_of, root_of


def by_the_book(leaves: list[bytes]) -> bytes:
    """Return the root as RFC 6962 section 2.1 defines it, over leaves that are hashed already."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + by_the_book(leaves[:split]) + by_the_book(leaves[split:])).digest()


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 32, 33, 100])
def test_is_the_tree_of_the_standard(count: int) -> None:
    leaves = [sha256(b"\x00" + bytes([number])).digest() for number in range(count)]

    assert root_of(leaves) == by_the_book(leaves)


def test_has_a_root_of_nothing() -> None:
    assert root_of([]) == sha256(b"").digest()


def test_depends_on_the_order_and_on_every_leaf() -> None:
    leaves = [sha256(bytes([number])).digest() for number in range(5)]

    assert len({root_of(leaves), root_of(leaves[::-1]), root_of(leaves[:4])}) == 3


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 8, 33])
def test_leads_from_every_leaf_to_the_root(count: int) -> None:
    leaves = [sha256(b"\x00" + bytes([number])).digest() for number in range(count)]

    for ordinal, leaf in enumerate(leaves):
        node = leaf
        for side, other in path_of(leaves, ordinal):
            pair = other + node if side is Side.LEFT else node + other
            node = sha256(b"\x01" + pair).digest()
        assert node == root_of(leaves)
