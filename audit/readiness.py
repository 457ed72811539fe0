"""Whether somebody is ready to sign: the ground asks it at every proof, a floor above answers."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from audit.authors import Author
from audit.errors import Refusal

Answer = Callable[[Author, Collection[str] | None], list[Refusal]]


@dataclass
class Seam:
    """Who answers; nobody until a floor above registers itself."""

    answer: Answer | None = None


_seam = Seam()


def answer_readiness_with(answer: Answer) -> None:
    """Let a floor above say what keeps somebody from signing."""
    _seam.answer = answer


def refusals_of_readiness(signer: Author, needs: Collection[str] | None) -> list[Refusal]:
    """
    Say everything that keeps somebody from signing; empty when nothing does.

    needs: names of what must be on record; None for all of it.
    Raises RuntimeError: nobody answers, so nobody may sign.
    Source: 21 CFR 11.10(j), 11.100(b), (c); URS-12, URS-13, URS-64.
    """
    if _seam.answer is None:
        raise RuntimeError("nobody answers whether somebody may sign, so nobody may")
    return _seam.answer(signer, needs)
