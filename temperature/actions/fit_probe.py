"""Fitting a probe to a zone of a unit; where it sat before ends then."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import OpenChange, signed_change
from audit.constraints import refused_by
from audit.errors import refuse_if
from inventory.models import Container
from temperature.judging_again import judge_again
from temperature.models import Fitting, Probe
from temperature.registering import FITTED_MEANWHILE, locked_probe, unit_in_use
from temperature.rules.probes import Place, refusals_to_fit


def fit_probe(
    *, probe_id: int, place: Place, began_at: datetime, intent: SignedIntent, at: datetime
) -> Fitting:
    """
    Let a probe sit in a unit from `began_at` on, signed by an administrator.

    Raises NotFound (UNKNOWN_PROBE, UNKNOWN_UNIT); NotAuthorised; ActionRefused (PROBE_RETIRED,
    OTHER_SITE, WRONG_ZONE, IMPOSSIBLE_OFFSET, IN_THE_FUTURE, SITS_ELSEWHERE, NOTHING_CHANGES).
    Source: URS-105, URS-112.
    """
    with signed_change(intent, action="fit_probe") as change:
        probe = locked_probe(probe_id)
        unit = unit_in_use(place.unit_id)
        change.subject.update(probe=probe.code, unit=unit.name)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        before = list(
            Fitting.objects.select_related("unit").filter(probe=probe).order_by("-began_at")[:1]
        )
        refuse_if(
            refusals_to_fit(
                probe,
                place,
                unit_is_elsewhere=unit.site_id != probe.feed.site_id,
                before=before,
                began_at=began_at,
                at=at,
            )
        )
        return _fitted(change, probe, unit, place=place, before=before, began_at=began_at)


def _fitted(
    change: OpenChange,
    probe: Probe,
    unit: Container,
    *,
    place: Place,
    before: list[Fitting],
    began_at: datetime,
) -> Fitting:
    """End where it sat, and let it sit in the unit."""
    ended = [row for row in before if row.ended_at is None]
    for row in ended:
        row.ended_at = began_at
        row.save(update_fields=["ended_at"])
    fitting = Fitting(
        probe=probe,
        unit=unit,
        zone=place.zone,
        mapped_offset=place.mapped_offset,
        began_at=began_at,
    )
    with refused_by("temperature_fittings_overlap", FITTED_MEANWHILE):
        fitting.save(force_insert=True)
    judge_again(probe.pk, since=began_at)
    change.sign([*ended, fitting])
    return fitting
