"""The tables of procedures and deviations: versions, training, executions, what went otherwise."""

from sop.models.deviation import (
    SERIES,
    Classification,
    DecisionKind,
    Deviation,
    DeviationDecision,
    DeviationKind,
    DeviationSeries,
    DeviationSource,
    DeviationStatus,
    DeviationVial,
    Impact,
)
from sop.models.editing import EditingDraft
from sop.models.emergency import EmergencyWork
from sop.models.execution import Execution, ExecutionStatus, StepFile, StepOutcome, StepRecord
from sop.models.governance import Follows, Governance
from sop.models.procedure import Procedure, ProcedureFile, ProcedureVersion, VersionStatus
from sop.models.training import Assessment, ReadUnderstood

__all__ = [
    "SERIES",
    "Assessment",
    "Classification",
    "DecisionKind",
    "Deviation",
    "DeviationDecision",
    "DeviationKind",
    "DeviationSeries",
    "DeviationSource",
    "DeviationStatus",
    "DeviationVial",
    "EditingDraft",
    "EmergencyWork",
    "Execution",
    "ExecutionStatus",
    "Follows",
    "Governance",
    "Impact",
    "Procedure",
    "ProcedureFile",
    "ProcedureVersion",
    "ReadUnderstood",
    "StepFile",
    "StepOutcome",
    "StepRecord",
    "VersionStatus",
]
