"""The words of the verdict: what it may be, and the reasons behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models


class Verdict(models.TextChoices):
    """The answer, in words a nurse understands."""

    GREEN = "green", "Within specification"
    AMBER = "amber", "Under review"
    RED = "red", "Do not use"
    GREY = "grey", "Unknown"


PRECEDENCE = (Verdict.RED, Verdict.GREY, Verdict.AMBER, Verdict.GREEN)


@dataclass(frozen=True)
class Finding:
    """
    One reason behind the verdict.

    evidence: what to open to see it: `quality`, `expiry`, `hold`, `deviation`, `identity`,
    `ledger`, `place`, `emptying` or `temperature`; reference: the key of the hold, of the
    deviation, of the emptying, or of the ledger's entry, where it is one.
    """

    code: str
    verdict: Verdict
    words: str
    evidence: str
    reference: int | None = None


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the verdict that wins among several; GREY when there is none at all."""
    found = set(verdicts)
    return next((verdict for verdict in PRECEDENCE if verdict in found), Verdict.GREY)
