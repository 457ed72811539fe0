"""Rules about who gets which vial."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from audit.errors import Refusal
from custody.models import Claim
from custody.rules.moments import on_site_clocks
from inventory.models import Custody, Vial


def refusals_of_a_hold_by_others(claims: Mapping[int, Claim]) -> list[Refusal]:
    """
    Say who holds each vial that is claimed, and since when.

    Source: 21 CFR 11.10(f); URS-32.
    """
    return [
        held_by(claim.vial.code, str(claim.claimed_by), claim.claimed_at, str(claim.retrieval))
        for claim in claims.values()
    ]


def held_by(code: str, person: str, since: datetime, order: str) -> Refusal:
    """Say who holds a vial for which order, since when."""
    words = f"{code} is held by {person} since {on_site_clocks(since)} for order {order}."
    return Refusal("CLAIMED", words)


def refusals_of_place(vial: Vial) -> list[Refusal]:
    """Say why `vial` is not where a picker could take it."""
    if vial.custody == Custody.IN_STORAGE:
        return []
    return [
        Refusal(
            "NOT_STORED",
            f"{vial.code} is “{Custody(vial.custody).label}”; only stored vials are claimed.",
        )
    ]


def refusals_to_skip(chosen: Sequence[Vial], earlier: Sequence[Vial], reason: str) -> list[Refusal]:
    """
    Say whether vials that expire earlier are passed over without a reason.

    earlier: available vials of the same product that expire before a chosen one.
    Source: 21 CFR 211.150(a); URS-100.
    """
    if not earlier or reason.strip():
        return []
    first = earlier[0]
    return [
        Refusal(
            "NOT_FIRST_TO_EXPIRE",
            f"{first.code} expires first, on {first.expires_at:%Y-%m-%d}. Choose it, or say why "
            f"{chosen[0].code} is taken instead.",
        )
    ]


def refusals_to_take_the_last(
    chosen: Sequence[Vial], *, has_spare: bool, reason: str
) -> list[Refusal]:
    """
    Say whether a patient's last backup is taken without a reason.

    chosen: the patient's own backups among what is claimed.
    has_spare: whether another backup of the patient could still be given.
    Source: FIELD 3.11, last-vial protection; URS-100.
    """
    if not chosen or has_spare or reason.strip():
        return []
    return [
        Refusal(
            "LAST_BACKUP",
            f"{chosen[-1].code} is the last backup of {chosen[-1].therapy} that could be given. "
            "Say why it is taken: nothing is left for the patient then.",
        )
    ]
