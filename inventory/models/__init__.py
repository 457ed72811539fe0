"""The tables of what exists and where."""

from inventory.models.batch import Batch
from inventory.models.container import (
    LIFTED,
    UNITS,
    Category,
    Container,
    ContainerType,
    Holds,
    LayoutKind,
    Position,
    PositionCondition,
    Zone,
)
from inventory.models.identifier import Identifier, IdentifierKind
from inventory.models.instrument import Calibration, Instrument, InstrumentKind
from inventory.models.message import Message
from inventory.models.patient import Patient, PatientIdentity, Therapy
from inventory.models.product import Product, StabilityLimits, StorageClass
from inventory.models.program import (
    Program,
    ProgramGroupPermission,
    ProgramUserPermission,
    Sponsor,
    programs_seen_by,
)
from inventory.models.retention import LegalHold, RetentionSchedule
from inventory.models.site import Site, SiteGroupPermission, SiteUserPermission
from inventory.models.vial import (
    FOR_PATIENTS,
    GONE,
    IN_HAND,
    Custody,
    Purpose,
    Quality,
    Vial,
    VialKind,
)

__all__ = [
    "FOR_PATIENTS",
    "GONE",
    "IN_HAND",
    "LIFTED",
    "UNITS",
    "Batch",
    "Calibration",
    "Category",
    "Container",
    "ContainerType",
    "Custody",
    "Holds",
    "Identifier",
    "IdentifierKind",
    "Instrument",
    "InstrumentKind",
    "LayoutKind",
    "LegalHold",
    "Message",
    "Patient",
    "PatientIdentity",
    "Position",
    "PositionCondition",
    "Product",
    "Program",
    "ProgramGroupPermission",
    "ProgramUserPermission",
    "Purpose",
    "Quality",
    "RetentionSchedule",
    "Site",
    "SiteGroupPermission",
    "SiteUserPermission",
    "Sponsor",
    "StabilityLimits",
    "StorageClass",
    "Therapy",
    "Vial",
    "VialKind",
    "Zone",
    "programs_seen_by",
]
