"""Removing a probe from the unit that it sits in."""

from datetime import datetime, timedelta

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import ActionRefused, refuse_if
from temperature.judging_again import judge_again
from temperature.models import Fitting
from temperature.registering import locked_probe, open_fitting
from temperature.rules.probes import NOT_FITTED, refusals_to_remove

STILL_FITTED = timedelta(seconds=1)
"""What went on when it was removed ends then: judging begins while it sat there."""


def remove_probe(
    *, probe_id: int, ended_at: datetime, intent: SignedIntent, at: datetime
) -> Fitting:
    """
    End where a probe sits, signed by an administrator; its unit has one witness less.

    Raises NotFound (UNKNOWN_PROBE); NotAuthorised; ActionRefused (NOT_FITTED, IN_THE_FUTURE,
    BEFORE_IT_WAS_FITTED).
    Source: URS-105, URS-112.
    """
    with signed_change(intent, action="remove_probe") as change:
        probe = locked_probe(probe_id)
        change.subject.update(probe=probe.code)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        fitting = open_fitting(probe)
        refuse_if(refusals_to_remove(fitting, ended_at=ended_at, at=at))
        if fitting is None:
            raise ActionRefused([NOT_FITTED])
        fitting.ended_at = ended_at
        fitting.save(update_fields=["ended_at"])
        judge_again(probe.pk, since=ended_at - STILL_FITTED)
        change.sign([fitting])
        return fitting
