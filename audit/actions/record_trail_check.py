"""Recording what a check of the trail came to."""

from dataclasses import asdict
from datetime import datetime

from audit.changes import machine_change
from audit.models import TrailCheck, Verdict
from audit.seals.findings import Outcome

KEPT = 50


def record_trail_check(*, outcome: Outcome, device: str, at: datetime) -> TrailCheck:
    """
    Record a check; a break that quality closed before, and nothing else, is not opened again.

    at: when the check began.
    Source: 21 CFR 11.10(e); URS-38.
    """
    with machine_change(
        device, action="check_trail", reason="The trail is recomputed, as it is every night"
    ):
        check = TrailCheck(
            checked_at=at,
            verdict=_verdict(outcome),
            first_seal=outcome.first_seal,
            last_seal=outcome.last_seal,
            changes=outcome.changes,
            rows=outcome.rows,
            found=outcome.found,
            findings=[asdict(finding) for finding in outcome.findings[:KEPT]],
            fingerprint=outcome.fingerprint,
        )
        check.save(force_insert=True)
    return check


def _verdict(outcome: Outcome) -> Verdict:
    if outcome.is_intact:
        return Verdict.INTACT
    closed = TrailCheck.objects.filter(fingerprint=outcome.fingerprint, verdict=Verdict.CLOSED)
    return Verdict.KNOWN if closed.exists() else Verdict.BROKEN
