"""Setting the limits of a profile, always as a new version."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, Refusal, refuse_if
from temperature.models import LimitProfile, LimitVersion, Quantity
from temperature.rules.limits import Limits, in_order, refusals_of_limits

UNKNOWN_PROFILE = Refusal("UNKNOWN_PROFILE", "No such profile. Choose it from the list.")


def set_limits(
    *, profile_id: int, limits: Limits, effective_at: datetime, intent: SignedIntent, at: datetime
) -> LimitVersion:
    """
    Set limits from `effective_at` on, signed by QA; earlier versions stay as they are.

    Raises NotFound (UNKNOWN_PROFILE); NotAuthorised; ActionRefused (IMPOSSIBLE_VALUE,
    NEGATIVE_DEAD_BAND, IMPOSSIBLE_DIFFERENCE, IMPOSSIBLE_HOURS, CRITICAL_HOURS_OUT_OF_ORDER,
    IMPOSSIBLE_DELAY, LIMIT_TWICE, NO_LIMITS, FILLS_OF_NO_LEVEL, NO_FILLS, IMPOSSIBLE_FILLS,
    LIMITS_OUT_OF_ORDER, DELAYS_OUT_OF_ORDER, SETPOINT_OUTSIDE, DEAD_BAND_TOO_WIDE,
    JUSTIFICATION_MISSING, EFFECTIVE_IN_THE_PAST, EFFECTIVE_BEFORE_LAST, NOTHING_CHANGES).
    Source: draft Annex 11 section 8; REQUIREMENTS B4; URS-104, URS-107.
    """
    with signed_change(intent, action="set_limits") as change:
        rows = LimitProfile.objects.select_for_update(of=("self",), no_key=True)
        profile = rows.filter(pk=profile_id).first()
        require_role(intent.signer, [Role.QA])
        if profile is None:
            raise NotFound([UNKNOWN_PROFILE])
        change.subject.update(profile=profile.name)
        last = profile.versions.order_by("-number").first()
        quantity = Quantity(profile.quantity)
        refuse_if(
            refusals_of_limits(
                limits, quantity=quantity, last=last, effective_at=effective_at, at=at
            )
        )
        row = _version_of(limits)
        row.profile, row.effective_at = profile, effective_at
        row.number = 1 if last is None else last.number + 1
        row.save(force_insert=True)
        change.sign([row])
        return row


def _version_of(limits: Limits) -> LimitVersion:
    return LimitVersion(
        setpoint=limits.setpoint,
        dead_band=limits.dead_band,
        most_apart=limits.most_apart,
        least_hours=limits.least_hours,
        critical_hours=limits.critical_hours,
        filling=None if limits.filling is None else limits.filling.as_json(),
        bands=[band.as_json() for band in in_order(limits.bands)],
        justification=limits.justification.strip(),
    )
