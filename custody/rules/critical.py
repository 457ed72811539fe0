"""Which entries of the trail are critical to a release, each with the reason why."""

from custody.models.event import EventKind

CRITICAL_KINDS = {
    EventKind.HOLD_RELEASED: "a hold was released",
    EventKind.RELABELLED: "the label was replaced",
    EventKind.FOUND: "the record was corrected: missing, then found",
    EventKind.QUALITY_DECIDED: "quality was decided before",
}
"""What somebody decided about the container: a second person looks at it before it is released."""

LATE = "the entry was made late"
CORRECTED = "a value was corrected"
OVERRIDDEN = "a rule was passed over with a reason"
REFUSED = "a scan was refused"
REFUSED_AT_ALL = "an attempt was refused"

OVERRIDES = ("reason_to_skip", "reason_for_last")
"""Details of a claim that passes over an earlier container, or takes the last one."""

CORRECTED_COLUMNS = (
    "batch_id", "program_id", "parent_id", "kind", "purpose", "nucleated_cells", "expires_at",
)  # fmt: skip
"""What is entered once and no step changes: another value is a correction of the record."""

REFUSED_SCANS = ("WRONG_PATIENT", "WRONG_VIAL", "OTHER_BATCH", "WRONG_PROGRAM", "UNKNOWN_CODE")
"""Codes of refusals that say that hands and record did not agree on the container."""


def why_critical(kind: str, *, is_late: bool) -> str:
    """Say why a ledger event is critical, by the first reason that holds."""
    if is_late:
        return LATE
    return CRITICAL_KINDS.get(EventKind(kind), OVERRIDDEN)
