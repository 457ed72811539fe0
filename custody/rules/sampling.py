"""Drawing entries for a review by risk, so that the same seed and rule draw the same again."""

import math
from collections.abc import Iterable
from hashlib import sha256
from heapq import nsmallest

RULE = "weighted-1"
"""Name of this rule as a review keeps it; another weight or another draw is another rule."""

SIGNED, ATTRIBUTED, MACHINE = 4, 2, 1
WEIGHTS = {"signed": SIGNED, "attributed": ATTRIBUTED, "machine": MACHINE}
"""By the door of the change: what people sign for weighs most, what machines repeat least."""

_MOST = 2**256


def drawn(entries: Iterable[tuple[int, str]], *, seed: str, size: int) -> list[int]:
    """
    Draw `size` changes without putting any back, each as likely as its weight; ascending.

    entries: number and door of each change, in any order; read once.
    seed: kept with the review, so that anybody can draw the same.
    Source: Efraimidis and Spirakis (2006), weighted random sampling with a reservoir.
    """
    ranked = ((_rank(number, door, seed), number) for number, door in entries)
    return sorted(number for _, number in nsmallest(size, ranked))


def _rank(number: int, door: str, seed: str) -> float:
    """Return the waiting time of an entry: short for what weighs much."""
    told = int.from_bytes(sha256(f"{RULE}:{seed}:{number}".encode()).digest())
    return -math.log((told + 1) / (_MOST + 1)) / WEIGHTS[door]
