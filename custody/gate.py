"""The gate before a patient: the same question at claim, pick and hand-over."""

from collections.abc import Sequence
from datetime import datetime

from audit.errors import Refusal
from custody.models import Retrieval
from custody.released import released_as
from custody.rules.leaving import refusals_to_promise
from custody.rules.released import refusals_of_a_change
from custody.steps import held_among, of_each
from inventory.models import Vial


def refusals_of_the_gate(
    vials: Sequence[Vial], retrieval: Retrieval, *, at: datetime
) -> list[Refusal]:
    """
    Say every reason why any of `vials` may not go to the patient of `retrieval`.

    Source: 21 CFR 1271.265; URS-53, URS-89, URS-96, URS-99, URS-103.
    """
    held, decided = held_among(vials), released_as([vial.pk for vial in vials])
    return of_each(
        vials,
        lambda vial: [
            *refusals_to_promise(vial, retrieval=retrieval, is_held=vial.pk in held, at=at),
            *refusals_of_a_change(vial, decided.get(vial.pk, "")),
        ],
    )
