"""The gate before a patient: the same question at claim, pick and hand-over."""

from collections.abc import Sequence
from datetime import datetime

from audit.errors import Refusal
from custody.models import Retrieval
from custody.queries.warmth import warmth_of
from custody.released import released_as
from custody.rules.leaving import refusals_to_promise
from custody.rules.released import refusals_of_a_change
from custody.rules.warm import Step, refusals_of_warmth
from custody.steps import held_among, of_each
from inventory.models import Vial


def refusals_of_the_gate(
    vials: Sequence[Vial], retrieval: Retrieval, *, step: Step, at: datetime
) -> list[Refusal]:
    """
    Say every reason why any of `vials` may not go to the patient of `retrieval` by `step`.

    Source: 21 CFR 1271.265; URS-53, URS-89, URS-96, URS-99, URS-103, URS-105.
    """
    keys = [vial.pk for vial in vials]
    held, decided, warmth = held_among(vials), released_as(keys), warmth_of(keys, at=at)
    return of_each(
        vials,
        lambda vial: [
            *refusals_to_promise(vial, retrieval=retrieval, is_held=vial.pk in held, at=at),
            *refusals_of_a_change(vial, decided.get(vial.pk, "")),
            *refusals_of_warmth(vial, warmth[vial.pk], step, at=at),
        ],
    )
