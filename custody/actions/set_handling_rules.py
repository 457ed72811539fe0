"""Setting what the site demands of handling in storage."""

from django.db.models import Max

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import MEANWHILE, refused_by
from audit.errors import Refusal, refuse_if
from custody.handling import EXPECTED_PICK_SECONDS
from custody.lifts import LONGEST_MINUTES, SINGLE_SCAN_SECONDS
from custody.models import HandlingRules, HoldsFrom
from custody.rules.late import LEAST_HOURS, MOST_HOURS


def set_handling_rules(
    *,
    late_entry_hours: int,
    intent: SignedIntent,
    holds_on_mismatch: bool = True,
    holds_excursions_from: str = HoldsFrom.CRITICAL,
    longest_lift_minutes: int = LONGEST_MINUTES,
    single_scan_seconds: int = SINGLE_SCAN_SECONDS,
    expected_pick_seconds: int = EXPECTED_PICK_SECONDS,
    gap_deviation_minutes: int | None = None,
    blind_hold_minutes: int | None = None,
) -> HandlingRules:
    """
    Put a new version of the rules of handling in force, at once.

    Each is said of `HandlingRules`. late_entry_hours: 1 to 720. holds_excursions_from: a
    `HoldsFrom`. longest_lift_minutes: 1 to 240. single_scan_seconds: 0 to 600.
    expected_pick_seconds: 0 to 3600. gap_deviation_minutes: 1 to 1440, blind_hold_minutes: 0 to
    1440; None: never.
    Raises NotAuthorised; ActionRefused (OUT_OF_BOUNDS, UNKNOWN_LEVEL, LIFT_OUT_OF_BOUNDS,
    PICK_OUT_OF_BOUNDS, GAP_OUT_OF_BOUNDS, BLIND_OUT_OF_BOUNDS, BUSY).
    Source: 21 CFR 1271.270(a); REQUIREMENTS B5; URS-03, URS-26, URS-112, URS-113.
    """
    with signed_change(intent, action="set_handling_rules") as change:
        require_role(intent.signer, [Role.QA])
        refuse_if([] if holds_excursions_from in HoldsFrom.values else [UNKNOWN_LEVEL])
        row = HandlingRules(
            late_entry_hours=late_entry_hours,
            holds_on_mismatch=holds_on_mismatch,
            holds_excursions_from=holds_excursions_from,
            longest_lift_minutes=longest_lift_minutes,
            single_scan_seconds=single_scan_seconds,
            expected_pick_seconds=expected_pick_seconds,
            gap_deviation_minutes=gap_deviation_minutes,
            blind_hold_minutes=blind_hold_minutes,
        )
        refuse_if(_out_of_bounds(row))
        _put_in_force(row)
        change.sign([row])
    return row


def _put_in_force(row: HandlingRules) -> None:
    row.version = 1 + (HandlingRules.objects.aggregate(last=Max("version"))["last"] or 0)
    with refused_by("custody_handlingrules_version_key", MEANWHILE):
        row.save(force_insert=True)


def _out_of_bounds(row: HandlingRules) -> list[Refusal]:
    lift, scan, gap = row.longest_lift_minutes, row.single_scan_seconds, row.gap_deviation_minutes
    blind = row.blind_hold_minutes
    in_bounds = {
        OUT_OF_BOUNDS: LEAST_HOURS <= row.late_entry_hours <= MOST_HOURS,
        LIFT_OUT_OF_BOUNDS: 1 <= lift <= 240 and 0 <= scan <= 600,
        PICK_OUT_OF_BOUNDS: 0 <= row.expected_pick_seconds <= LONGEST_PICK,
        GAP_OUT_OF_BOUNDS: gap is None or 1 <= gap <= LONGEST_GAP,
        BLIND_OUT_OF_BOUNDS: blind is None or 0 <= blind <= LONGEST_GAP,
    }
    return [refusal for refusal, holds in in_bounds.items() if not holds]


LONGEST_GAP, LONGEST_PICK = 1440, 3600
OUT_OF_BOUNDS = Refusal(
    "OUT_OF_BOUNDS", f"Hours in which a step may be entered late: {LEAST_HOURS} to {MOST_HOURS}."
)
UNKNOWN_LEVEL = Refusal("UNKNOWN_LEVEL", "Choose from which level of excursion on vials are held.")
LIFT_OUT_OF_BOUNDS = Refusal(
    "LIFT_OUT_OF_BOUNDS",
    "A rack or box may count as out for 1 to 240 minutes, and one scan for 0 to 600 seconds.",
)
PICK_OUT_OF_BOUNDS = Refusal(
    "PICK_OUT_OF_BOUNDS", f"Seconds that a pick is expected to last: 0 to {LONGEST_PICK}."
)
GAP_OUT_OF_BOUNDS = Refusal(
    "GAP_OUT_OF_BOUNDS",
    f"Minutes without measurement that open a deviation: 1 to {LONGEST_GAP}, or none.",
)
BLIND_OUT_OF_BOUNDS = Refusal(
    "BLIND_OUT_OF_BOUNDS",
    f"Minutes without any measurement that hold the contents: 0 to {LONGEST_GAP}, or none.",
)
