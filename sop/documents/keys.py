"""Keys of steps: made from the title once, and the same from then on."""

import re
import unicodedata
from collections.abc import Collection

LONGEST = 40


def key_for(title: str, taken: Collection[str] = ()) -> str:
    """
    Return a key for a new step or answer: its title in plain letters, numbered where it is taken.

    taken: the keys that are in use.
    """
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:LONGEST].strip("-") or "step"
    key, number = base, 2
    while key in taken:
        end = f"-{number}"
        key = f"{base[: LONGEST - len(end)].rstrip('-')}{end}"
        number += 1
    return key
