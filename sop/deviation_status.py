"""How far a deviation may go from where it is; everything else is refused."""

from sop.models import DeviationStatus

DEVIATION_TRANSITIONS: dict[DeviationStatus, frozenset[DeviationStatus]] = {
    DeviationStatus.OPEN: frozenset({DeviationStatus.INVESTIGATING}),
    DeviationStatus.INVESTIGATING: frozenset({DeviationStatus.AWAITING_CLOSURE}),
    DeviationStatus.AWAITING_CLOSURE: frozenset(
        {DeviationStatus.CLOSED, DeviationStatus.INVESTIGATING}
    ),
    DeviationStatus.CLOSED: frozenset({DeviationStatus.INVESTIGATING}),
}
