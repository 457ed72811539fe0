"""Rules about how many people a step takes."""

from audit.authors import SignedIntent
from audit.errors import Refusal


def refusals_without_second(intent: SignedIntent | None) -> list[Refusal]:
    """Say whether the second person's signature is missing."""
    if intent is not None and intent.second is not None:
        return []
    return [
        Refusal(
            "SECOND_PERSON_MISSING",
            "This takes two people: let a second person sign with their own user id and password.",
        )
    ]
