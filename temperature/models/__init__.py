"""The tables of temperature: sources, probes, readings, limits, excursions, alarms."""

from temperature.models.alarm import (
    ABOUT,
    APART,
    LONGEST_PAUSE,
    LOUD,
    OF_SITES,
    Alarm,
    AlarmCause,
    AlarmPause,
)
from temperature.models.channel import Channel, ChannelKind, ChannelOutage, ChannelState
from temperature.models.contact import ContactSpell
from temperature.models.duty import Contact, OnCall
from temperature.models.excursion import Excursion, ExcursionRule, Gap, GapCause
from temperature.models.feed import Feed, FeedKind, FeedState, WaitingFile
from temperature.models.left_undone import LeftUndone, Work
from temperature.models.limits import GRAVE, GRAVITY, Level, LimitProfile, LimitVersion, Side
from temperature.models.probe import CONTACTS, Calibration, Fitting, Probe, Quantity, Zone
from temperature.models.probe_drill import DrillResult, ProbeDrill
from temperature.models.reading import (
    UNUSABLE,
    UNUSABLE_BITS,
    WRONG_CLOCK,
    Flag,
    Intake,
    IntakeKind,
    Period,
    ProbeState,
    Reading,
    Rollup,
    SetAside,
)
from temperature.models.review import (
    ReviewedUnit,
    ReviewKind,
    ReviewRules,
    TemperatureReview,
)
from temperature.models.telling import (
    Drill,
    Notification,
    NotificationStatus,
    Telling,
    TellingRules,
    WorkKind,
    WorkMark,
)

__all__ = [
    "ABOUT",
    "APART",
    "CONTACTS",
    "GRAVE",
    "GRAVITY",
    "LONGEST_PAUSE",
    "LOUD",
    "OF_SITES",
    "UNUSABLE",
    "UNUSABLE_BITS",
    "WRONG_CLOCK",
    "Alarm",
    "AlarmCause",
    "AlarmPause",
    "Calibration",
    "Channel",
    "ChannelKind",
    "ChannelOutage",
    "ChannelState",
    "Contact",
    "ContactSpell",
    "Drill",
    "DrillResult",
    "Excursion",
    "ExcursionRule",
    "Feed",
    "FeedKind",
    "FeedState",
    "Fitting",
    "Flag",
    "Gap",
    "GapCause",
    "Intake",
    "IntakeKind",
    "LeftUndone",
    "Level",
    "LimitProfile",
    "LimitVersion",
    "Notification",
    "NotificationStatus",
    "OnCall",
    "Period",
    "Probe",
    "ProbeDrill",
    "ProbeState",
    "Quantity",
    "Reading",
    "ReviewKind",
    "ReviewRules",
    "ReviewedUnit",
    "Rollup",
    "SetAside",
    "Side",
    "Telling",
    "TellingRules",
    "TemperatureReview",
    "WaitingFile",
    "Work",
    "WorkKind",
    "WorkMark",
    "Zone",
]
