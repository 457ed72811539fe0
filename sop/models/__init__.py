"""The tables of who may do what, in which order, and of what went otherwise."""

from sop.models.deviation import (
    SERIES,
    Classification,
    Deviation,
    DeviationKind,
    DeviationSeries,
    DeviationSource,
    DeviationStatus,
    DeviationVial,
    Impact,
)

__all__ = [
    "SERIES",
    "Classification",
    "Deviation",
    "DeviationKind",
    "DeviationSeries",
    "DeviationSource",
    "DeviationStatus",
    "DeviationVial",
    "Impact",
]
