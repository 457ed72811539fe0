"""Recording what a calibration of a probe showed."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from temperature.alarms import settle_calibration
from temperature.judging_again import judge_again
from temperature.models import Calibration
from temperature.registering import locked_probe
from temperature.rules.probes import Certificate, refusals_of_calibration


def calibrate_probe(
    *, probe_id: int, certificate: Certificate, intent: SignedIntent, at: datetime
) -> Calibration:
    """
    Record a calibration, signed by an administrator; raw readings stay as they are.

    Raises NotFound (UNKNOWN_PROBE); NotAuthorised; ActionRefused (PROBE_RETIRED,
    CONTACT_NOT_CALIBRATED, CERTIFICATE_MISSING, IN_THE_FUTURE, DUE_BEFORE_DONE,
    IMPOSSIBLE_CORRECTION, ALREADY_RECORDED).
    Source: 21 CFR 211.68(a), 211.160(b)(4); URS-30.
    """
    with signed_change(intent, action="calibrate_probe") as change:
        probe = locked_probe(probe_id)
        change.subject.update(probe=probe.code, certificate=certificate.number)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        known = list(Calibration.objects.filter(probe=probe))
        refuse_if(refusals_of_calibration(probe, certificate, known=known, at=at))
        row = Calibration(
            probe=probe,
            certificate=certificate.number,
            calibrated_at=certificate.calibrated_at,
            due_at=certificate.due_at,
            correction=certificate.correction,
        )
        row.save(force_insert=True)
        judge_again(probe.pk, since=certificate.calibrated_at)
        settle_calibration(probe, at=at)
        change.sign([row])
        return row
