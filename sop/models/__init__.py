"""The tables of procedures: versions, what they govern, training, executions."""

from sop.models.emergency import EmergencyWork
from sop.models.execution import Execution, ExecutionStatus, StepFile, StepOutcome, StepRecord
from sop.models.governance import Follows, Governance
from sop.models.procedure import Procedure, ProcedureFile, ProcedureVersion, VersionStatus
from sop.models.training import Assessment, ReadUnderstood

__all__ = [
    "Assessment",
    "EmergencyWork",
    "Execution",
    "ExecutionStatus",
    "Follows",
    "Governance",
    "Procedure",
    "ProcedureFile",
    "ProcedureVersion",
    "ReadUnderstood",
    "StepFile",
    "StepOutcome",
    "StepRecord",
    "VersionStatus",
]
