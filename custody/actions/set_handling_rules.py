"""Setting what the site demands of handling in storage."""

from django.db.models import Max

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import MEANWHILE, refused_by
from audit.errors import Refusal, refuse_if
from custody.models import HandlingRules, HoldsFrom
from custody.rules.late import LEAST_HOURS, MOST_HOURS


def set_handling_rules(
    *,
    late_entry_hours: int,
    intent: SignedIntent,
    holds_on_mismatch: bool = True,
    holds_excursions_from: str = HoldsFrom.CRITICAL,
) -> HandlingRules:
    """
    Put a new version of the rules of handling in force, at once.

    late_entry_hours: how long after a step it may still be entered, in hours, 1 to 720.
    holds_on_mismatch: whether a vial that was scanned for another patient is held at once.
    holds_excursions_from: a `HoldsFrom`, the level of excursion from which on contents are held.
    Raises NotAuthorised; ActionRefused (OUT_OF_BOUNDS, UNKNOWN_LEVEL, BUSY).
    Source: 21 CFR 1271.270(a); URS-03, URS-26, URS-113.
    """
    with signed_change(intent, action="set_handling_rules") as change:
        require_role(intent.signer, [Role.QA])
        is_known = holds_excursions_from in HoldsFrom.values
        refuse_if([] if is_known else [UNKNOWN_LEVEL])
        refuse_if([] if LEAST_HOURS <= late_entry_hours <= MOST_HOURS else [OUT_OF_BOUNDS])
        newest = HandlingRules.objects.aggregate(newest=Max("version"))["newest"] or 0
        row = HandlingRules(
            version=newest + 1,
            late_entry_hours=late_entry_hours,
            holds_on_mismatch=holds_on_mismatch,
            holds_excursions_from=holds_excursions_from,
        )
        with refused_by("custody_handlingrules_version_key", MEANWHILE):
            row.save(force_insert=True)
        change.sign([row])
    return row


OUT_OF_BOUNDS = Refusal(
    "OUT_OF_BOUNDS", f"Hours in which a step may be entered late: {LEAST_HOURS} to {MOST_HOURS}."
)
UNKNOWN_LEVEL = Refusal("UNKNOWN_LEVEL", "Choose from which level of excursion on vials are held.")
