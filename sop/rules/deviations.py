"""Rules about deviations: what is missing before one may be closed, and who may close it."""

from collections.abc import Collection, Sequence

from audit.errors import Refusal
from inventory.models import GONE, Quality
from sop.deviation_status import DEVIATION_TRANSITIONS
from sop.models import (
    Classification,
    Deviation,
    DeviationKind,
    DeviationStatus,
    DeviationVial,
    Impact,
)

MOST_NAMED = 5
STILL_USED = frozenset({Quality.RELEASED, Quality.COND_RELEASED})


def refusals_to_change(deviation: Deviation) -> list[Refusal]:
    """Say why nothing may be written into a deviation any more."""
    if deviation.status != DeviationStatus.CLOSED:
        return []
    words = f"{deviation.number} is closed. QA can open it again, with a reason."
    return [Refusal("DEVIATION_CLOSED", words)]


def refusals_to_move(deviation: Deviation, to: DeviationStatus) -> list[Refusal]:
    """Say why a deviation may not come to stand at `to`; where it stands already is no move."""
    now = DeviationStatus(deviation.status)
    if to in DEVIATION_TRANSITIONS[now]:
        return []
    words = f"{deviation.number} is “{now.label}”; from there it does not come to “{to.label}”."
    return [Refusal("WRONG_STATUS", words)]


def missing_before_closing(deviation: Deviation, vials: Sequence[DeviationVial]) -> list[Refusal]:
    """
    Say everything that is missing before a deviation may be closed; empty when nothing is.

    vials: all that are listed, with the vial loaded.
    Source: 21 CFR 211.192; An11 (2011) section 13; URS-113, URS-121.
    """
    return [
        *_of_the_texts(deviation),
        *_of_the_vials(vials),
    ]


def refusals_to_close(
    deviation: Deviation,
    vials: Sequence[DeviationVial],
    *,
    closer_id: int,
    investigators: Collection[int],
) -> list[Refusal]:
    """
    Say every reason why this person may not close a deviation now.

    investigators: keys of all who wrote into its investigation.
    Source: 21 CFR 211.22(a), 211.192; URS-43, URS-113.
    """
    is_asked = deviation.status == DeviationStatus.AWAITING_CLOSURE
    return [
        *([] if is_asked else [_not_asked(deviation)]),
        *missing_before_closing(deviation, vials),
        *refusals_of_closer(deviation, closer_id, investigators),
    ]


def refusals_of_closer(
    deviation: Deviation, closer_id: int, investigators: Collection[int]
) -> list[Refusal]:
    """Say why this person is too near to a deviation to close it."""
    refusals = []
    if deviation.caused_by_id == closer_id:
        words = "You did what went otherwise here: somebody else in QA must close it."
        refusals.append(Refusal("CAUSED_BY_YOU", words))
    is_critical = deviation.classification == Classification.CRITICAL
    if is_critical and set(investigators) == {closer_id}:
        words = "You alone investigated this critical one: somebody else in QA must close it."
        refusals.append(Refusal("INVESTIGATED_BY_YOU", words))
    return refusals


def _not_asked(deviation: Deviation) -> Refusal:
    if deviation.status == DeviationStatus.CLOSED:
        return Refusal("DEVIATION_CLOSED", f"{deviation.number} is closed already.")
    return Refusal("CLOSURE_NOT_REQUESTED", "Nobody has asked for its closure yet. Ask for it.")


def _of_the_texts(deviation: Deviation) -> list[Refusal]:
    refusals = []
    if deviation.classification == Classification.NOT_YET:
        refusals.append(
            Refusal("NOT_CLASSIFIED", "It is not classified: say whether it is critical.")
        )
    if deviation.kind == DeviationKind.INCIDENT and not deviation.impact:
        refusals.append(Refusal("NO_IMPACT", "Its impact is missing: write what it touched."))
    if not deviation.investigation:
        refusals.append(Refusal("NO_INVESTIGATION", "Write what the investigation found."))
    if deviation.classification == Classification.CRITICAL and not deviation.root_cause:
        refusals.append(Refusal("NO_ROOT_CAUSE", "It is critical: write its root cause."))
    if not deviation.disposition:
        refusals.append(
            Refusal("NO_DISPOSITION", "Write its disposition: what is done with what it touched.")
        )
    return refusals


def _of_the_vials(vials: Sequence[DeviationVial]) -> list[Refusal]:
    refusals = []
    waiting = [row.vial.code for row in vials if row.impact == Impact.TO_ASSESS]
    if waiting:
        words = f"The impact is to be assessed on {_named(waiting)}."
        refusals.append(Refusal("IMPACT_NOT_ASSESSED", words))
    released = [
        row.vial.code
        for row in vials
        if row.impact == Impact.AFFECTED
        and row.vial.quality in STILL_USED
        and row.vial.custody not in GONE
    ]
    if released:
        words = (
            f"{_named(released)}: affected, and still released. Reject it or put it into "
            "quarantine first."
        )
        refusals.append(Refusal("AFFECTED_STILL_RELEASED", words))
    return refusals


def _named(codes: Sequence[str]) -> str:
    more = len(codes) - MOST_NAMED
    named = ", ".join(codes[:MOST_NAMED])
    return f"{named} and {more} more" if more > 0 else named
