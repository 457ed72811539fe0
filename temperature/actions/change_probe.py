"""Changing how often a probe is expected to read, and how long it may stand still."""

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from temperature.models import Probe
from temperature.registering import locked_probe
from temperature.rules.probes import Pace, refusals_to_change


def change_probe(*, probe_id: int, pace: Pace, intent: SignedIntent) -> Probe:
    """
    Say how a probe reads from now on, signed by an administrator.

    Raises NotFound (UNKNOWN_PROBE); NotAuthorised; ActionRefused (PROBE_RETIRED, NOTHING_CHANGES,
    IMPOSSIBLE_INTERVAL, FLAT_TOO_SOON, FLAT_OF_A_CONTACT,
    JUMP_OF_A_CONTACT, IMPOSSIBLE_WIDTH, IMPOSSIBLE_JUMP).
    Source: URS-28, URS-108.
    """
    with signed_change(intent, action="change_probe") as change:
        probe = locked_probe(probe_id)
        change.subject.update(probe=probe.code)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refuse_if(refusals_to_change(probe, pace))
        for name, value in vars(pace).items():
            setattr(probe, name, value)
        probe.save(update_fields=list(vars(pace)))
        change.sign([probe])
        return probe
