"""Rules about codes that would tell who a patient is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from audit.errors import Refusal

SOCIAL_SECURITY = re.compile(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)")
SHORTEST_NAME = 2  # as a whole part of the code
SHORTEST_INSIDE = 5  # anywhere in the code; shorter ones stand in codes by chance


@dataclass(frozen=True)
class Who:
    """A patient's name and medical record number, as the separated store keeps them."""

    full_name: str
    medical_record_number: str


def refusals_of_telling_codes(codes: Iterable[str], who: Who | None) -> list[Refusal]:
    """
    Say which of these codes hold a name, a record number or a social security number.

    who: the patient of the things that carry the codes, where their identity is known.
    Source: 21 CFR 1271.290(c), 1271.55(a)(1); URS-86.
    """
    return [
        Refusal(
            "CODE_TELLS_WHO",
            f"{code} holds a name or a number by which the patient is known outside. "
            "Take a code that tells nothing.",
        )
        for code in codes
        if SOCIAL_SECURITY.search(code) or (who is not None and _tells(code, who))
    ]


def _tells(code: str, who: Who) -> bool:
    parts = set(_parts(code))
    together = "".join(_parts(code))
    number = "".join(_parts(who.medical_record_number))
    numbers = {number, "".join(re.findall(r"\d", number))}
    names = _parts(who.full_name)
    return (
        any(len(name) >= SHORTEST_NAME and name in parts for name in names)
        or any(len(name) >= SHORTEST_INSIDE and name in together for name in names)
        or any(len(each) >= SHORTEST_INSIDE and each in together for each in numbers)
    )


def _parts(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())
