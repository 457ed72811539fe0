"""Whether somebody may measure with an instrument, and what a new one or a calibration must say."""

from dataclasses import dataclass
from datetime import date, datetime

from audit.errors import Refusal
from inventory.models import InstrumentKind


@dataclass(frozen=True, kw_only=True)
class Standing:
    """
    How an instrument stands: what it is, where it belongs, and its newest calibration.

    today: the day at its site. calibrated_on, due_on: absent while no calibration is on record.
    """

    instrument_id: int
    code: str
    serial: str
    name: str
    kind: InstrumentKind
    unit: str
    site_id: int
    site: str
    today: date
    out_of_use_at: datetime | None = None
    out_of_use_reason: str = ""
    calibrated_on: date | None = None
    due_on: date | None = None
    certificate: str = ""
    calibrated_by: str = ""

    @property
    def is_overdue(self) -> bool:
        """Say whether no calibration counts today; on the day that one is due, it still does."""
        return self.due_on is None or self.today > self.due_on

    @property
    def is_usable(self) -> bool:
        """Say whether somebody may measure with it today."""
        return self.out_of_use_at is None and not self.is_overdue

    @property
    def state(self) -> str:
        """Say in a few words how it stands today."""
        if self.out_of_use_at is not None:
            return "out of use"
        if self.due_on is None:
            return "not calibrated"
        return "calibration overdue" if self.is_overdue else "calibrated"


def refusals_to_measure_with(found: Standing, *, kind: str, site_id: int) -> list[Refusal]:
    """
    Say every reason why nobody may measure with this instrument here now.

    kind: that the step asks for; empty where any will do.
    Source: 21 CFR 11.10(h), 211.68(a), 211.160(b)(4); URS-28, URS-30.
    """
    refusals = []
    what = f"{found.code} ({found.name})"
    if kind and found.kind != kind:
        wanted = InstrumentKind(kind).label.lower()
        words = f"{what} is for another use: {found.kind.label.lower()}. Scan the label of: "
        refusals.append(Refusal("WRONG_INSTRUMENT", f"{words}{wanted}."))
    if found.site_id != site_id:
        words = f"{what} belongs to {found.site}. Take an instrument of this site."
        refusals.append(Refusal("INSTRUMENT_ELSEWHERE", words))
    if found.out_of_use_at is not None:
        words = f"{what} is out of use: {found.out_of_use_reason}. Set it apart and take another."
        refusals.append(Refusal("INSTRUMENT_OUT_OF_USE", words))
    elif found.due_on is None:
        words = f"{what} has no calibration on record. Take another, and tell quality."
        refusals.append(Refusal("NOT_CALIBRATED", words))
    elif found.is_overdue:
        words = (
            f"{what} is past its calibration, which was due on {found.due_on.isoformat()}. "
            "Set it apart, take another, and tell quality."
        )
        refusals.append(Refusal("CALIBRATION_OVERDUE", words))
    return refusals


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """
    What a certificate of calibration says.

    due_on: the last day on which the instrument may be used. calibrated_by: whose it is.
    """

    number: str
    calibrated_on: date
    due_on: date
    calibrated_by: str


def refusals_to_calibrate(said: Certificate, *, today: date) -> list[Refusal]:
    """
    Say what is wrong with a certificate that is entered.

    today: the day at the instrument's site.
    """
    refusals = []
    if said.calibrated_on > today:
        words = f"{said.calibrated_on.isoformat()} has not come yet. Look at the certificate again."
        refusals.append(Refusal("CALIBRATED_LATER", words))
    if said.due_on <= said.calibrated_on:
        words = "It is due on a day after the calibration. Look at the certificate again."
        refusals.append(Refusal("DUE_TOO_EARLY", words))
    if not said.number.strip() or not said.calibrated_by.strip():
        words = "Enter the number of the certificate, and whose certificate it is."
        refusals.append(Refusal("CERTIFICATE_MISSING", words))
    return refusals
