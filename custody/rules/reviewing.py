"""Rules about reviewing the audit trail."""

from collections.abc import Collection, Sequence
from datetime import date

from audit.errors import Refusal

MOST_NAMED = 5
MOST_CHANGES = 200_000
MOST_ALONE = 200
NOTHING = Refusal("NOTHING_TO_REVIEW", "No entry is in scope: widen the search, then review.")
TOO_MANY = Refusal("TOO_MANY_ENTRIES", f"{MOST_CHANGES:,} changes are the most: narrow the dates.")
TOO_MANY_ALONE = Refusal(
    "TOO_MANY_STAND_OUT",
    f"More than {MOST_ALONE} entries stand out, too many to look at one by one: narrow the dates.",
)
CHANGED = Refusal(
    "ENTRIES_CHANGED", "What is in scope changed since the page was opened. Open it again and look."
)


def refusals_to_review(
    *,
    changes: int,
    attempts: int,
    alone: int,
    digest: str,
    digest_shown: str,
    own: Sequence[str],
) -> list[Refusal]:
    """
    Say every reason why these entries may not be signed as reviewed.

    alone: how many are looked at by themselves. own: those that the reviewer performed, named.
    Source: URS-42, URS-43.
    """
    reasons = (
        (not changes and not attempts, NOTHING),
        (changes > MOST_CHANGES, TOO_MANY),
        (alone > MOST_ALONE, TOO_MANY_ALONE),
        (digest != digest_shown, CHANGED),
    )
    return [refusal for holds, refusal in reasons if holds] + ([_own(own)] if own else [])


def _own(entries: Sequence[str]) -> Refusal:
    named = ", ".join(entries[:MOST_NAMED])
    more = f" and {len(entries) - MOST_NAMED} more" if len(entries) > MOST_NAMED else ""
    return Refusal(
        "OWN_ENTRIES",
        f"You performed some of these entries: {named}{more}. Somebody else must review "
        "them: let them do it, or leave your own out and sign for the rest.",
    )


def refusals_of_findings(keys: Collection[str], in_scope: Collection[str]) -> list[Refusal]:
    """Say which findings are about entries that are not looked at here."""
    strange = sorted(set(keys) - set(in_scope))
    if not strange:
        return []
    words = f"A finding is about {', '.join(strange)}, which this review does not show."
    return [Refusal("FINDING_OUT_OF_SCOPE", words)]


def refusals_to_defer(*, critical: int, due_on: date, today: date) -> list[Refusal]:
    """
    Say every reason why a review may not be deferred.

    Source: URS-44.
    """
    refusals = []
    if not critical:
        refusals.append(
            Refusal("NOTHING_TO_REVIEW", "Nothing critical waits for a review: none is deferred.")
        )
    if due_on <= today:
        refusals.append(
            Refusal("DUE_IN_THE_PAST", "Say by which later day the review will be done.")
        )
    return refusals
