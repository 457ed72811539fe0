"""Rules about which status may follow which."""

from audit.errors import Refusal
from custody.status import CUSTODY_TRANSITIONS
from inventory.models import GONE, Custody, Vial


def refusals_to_enter(vial: Vial, to: Custody) -> list[Refusal]:
    """Say why the vial may not go from its custody status to `to`."""
    now = Custody(vial.custody)
    if to in CUSTODY_TRANSITIONS[now]:
        return []
    if now in GONE:
        return [
            Refusal("VIAL_GONE", f"{vial.code} ended as “{now.label}”. Nothing more happens to it.")
        ]
    return [
        Refusal(
            "WRONG_CUSTODY",
            f"{vial.code} is “{now.label}”, and from there it cannot become “{to.label}”.",
        )
    ]
