"""Retiring a probe that is taken out of service for good."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from inventory.models import Category
from temperature.judging_again import judge_again
from temperature.models import Fitting, Probe
from temperature.registering import locked_probe, open_fitting
from temperature.rules.probes import refusals_to_retire


def retire_probe(*, probe_id: int, intent: SignedIntent, at: datetime) -> Probe:
    """
    Retire a probe, signed by an administrator; its readings stay, its channel is free again.

    What a logger of a shipper was never read of is a time without evidence from here.

    Raises NotFound (UNKNOWN_PROBE); NotAuthorised; ActionRefused (PROBE_RETIRED, STILL_FITTED).
    Source: 21 CFR 11.10(h); URS-28.
    """
    with signed_change(intent, action="retire_probe") as change:
        probe = locked_probe(probe_id)
        change.subject.update(probe=probe.code)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refuse_if(refusals_to_retire(probe, open_fitting(probe)))
        probe.retired_at = at
        probe.save(update_fields=["retired_at"])
        _judge_its_trip(probe)
        change.sign([probe])
        return probe


def _judge_its_trip(probe: Probe) -> None:
    trips = Fitting.objects.filter(probe=probe, unit__type__category=Category.SHIPPER)
    last = trips.order_by("-began_at").first()
    if last is not None:
        judge_again(probe.pk, since=last.began_at)
