"""What keeps vials from being released because of how they were kept; one query, none otherwise."""

from collections.abc import Sequence
from datetime import datetime

from audit.errors import Refusal
from custody.queries.warmth import warmth_of
from custody.rules.deciding import RELEASES
from custody.rules.warm import Step, refusals_of_warmth
from inventory.models import Quality, Vial


def refusals_to_release_warm(
    vials: Sequence[Vial], decision: Quality, *, at: datetime
) -> list[Refusal]:
    """Say what QA must evaluate or accept of each vial before it is released."""
    return [
        refusal
        for refusals in refusals_by_vial(vials, decision, at=at).values()
        for refusal in refusals
    ]


def refusals_by_vial(
    vials: Sequence[Vial], decision: Quality, *, at: datetime
) -> dict[int, list[Refusal]]:
    """Say it by the vial's key; empty where something else than a release is decided."""
    if decision not in RELEASES:
        return {}
    warmth = warmth_of([vial.pk for vial in vials], at=at)
    return {
        vial.pk: refusals_of_warmth(vial, warmth[vial.pk], Step.RELEASE, at=at) for vial in vials
    }
