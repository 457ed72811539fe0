"""Registering a probe of a source."""

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import Refusal, refuse_if
from inventory.rules.naming import refusals_of_code
from temperature.loggers import refusals_of_loggers
from temperature.models import Feed, Probe, Quantity
from temperature.registering import feed_in_service
from temperature.rules.probes import Pace, refusals_of_channel, refusals_of_pace

LONGEST_CODE = 40
CODE_TAKEN = Refusal("CODE_TAKEN", "Somebody else has just registered a probe of this code.")
CHANNEL_TAKEN = Refusal("CHANNEL_TAKEN", "Somebody else has just registered this channel.")


def register_probe(
    *, code: str, quantity: Quantity, feed_id: int, channel: str, pace: Pace, intent: SignedIntent
) -> Probe:
    """
    Register a probe, signed by an administrator; only then its readings are taken.

    code: what is written on it; channel: what its source calls it.
    Raises NotFound (UNKNOWN_FEED); NotAuthorised; ActionRefused (CODE_*, CHANNEL_*,
    SERIAL_TAKEN, IMPOSSIBLE_INTERVAL, FLAT_TOO_SOON, FLAT_OF_A_CONTACT,
    JUMP_OF_A_CONTACT, IMPOSSIBLE_WIDTH, IMPOSSIBLE_JUMP).
    Source: 21 CFR 11.10(h); URS-28.
    """
    with signed_change(intent, action="register_probe") as change:
        change.subject.update(probe=code)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        feed = feed_in_service(feed_id)
        called = channel.strip()
        refuse_if(
            refusals_of_code(
                code,
                taken=Probe.objects.filter(code=code).exists(),
                what="probe",
                longest=LONGEST_CODE,
            )
            + refusals_of_channel(called, taken=_is_taken(feed, called))
            + refusals_of_loggers(feed, [called], feed.settings)
            + refusals_of_pace(pace, quantity=quantity)
        )
        probe = Probe(code=code, quantity=quantity, feed=feed, channel=called, **vars(pace))
        with (
            refused_by("temperature_probe_code_key", CODE_TAKEN),
            refused_by("temperature_one_probe_per_channel", CHANNEL_TAKEN),
        ):
            probe.save(force_insert=True)
        change.sign([probe])
        return probe


def _is_taken(feed: Feed, channel: str) -> bool:
    rows = Probe.objects.filter(feed=feed, channel=channel, retired_at__isnull=True)
    return rows.exists()
