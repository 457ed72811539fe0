"""Recording the calibration of an instrument."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import Refusal, refuse_if
from inventory.instruments import lock_instrument, standings
from inventory.models import Calibration
from inventory.rules.instruments import Certificate, refusals_to_calibrate

CERTIFICATE_TWICE = Refusal(
    "CERTIFICATE_TWICE", "This certificate is on record for this instrument already."
)


def record_calibration(
    *, instrument_id: int, certificate: Certificate, intent: SignedIntent, at: datetime
) -> Calibration:
    """
    Record a calibration, signed by QA; it brings back an instrument that was out of use.

    Raises NotFound; NotAuthorised; ActionRefused (CALIBRATED_LATER, DUE_TOO_EARLY,
    CERTIFICATE_MISSING, CERTIFICATE_TWICE).
    Source: 21 CFR 211.68(a), 211.160(b)(4); URS-30.
    """
    with signed_change(intent, action="record_calibration") as change:
        instrument = lock_instrument(instrument_id, signer=intent.signer)
        change.subject.update(instrument=instrument.label.code, certificate=certificate.number)
        require_role(intent.signer, [Role.QA])
        [stands] = standings([instrument], at=at)
        refuse_if(refusals_to_calibrate(certificate, today=stands.today))
        row = Calibration(
            instrument=instrument,
            calibrated_on=certificate.calibrated_on,
            due_on=certificate.due_on,
            certificate=certificate.number.strip(),
            calibrated_by=certificate.calibrated_by.strip(),
        )
        with refused_by("inventory_each_certificate_once", CERTIFICATE_TWICE):
            row.save(force_insert=True)
        if instrument.out_of_use_at is not None:
            instrument.out_of_use_at, instrument.out_of_use_reason = None, ""
            instrument.save(update_fields=["out_of_use_at", "out_of_use_reason"])
            change.sign([instrument])
        change.sign([row])
        return row
