"""Reviewing readings or the log of alarms: signing for what was seen, and for what was found."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import OpenChange, signed_change
from audit.errors import NotFound, Refusal, refuse_if
from inventory.models import Site
from sop.emergency_work import insist_on_site
from temperature.models import ReviewedUnit, TemperatureReview
from temperature.queries.review_scope import Asked, Seen, own_in, seen_of
from temperature.review_digests import METHOD
from temperature.rules.reviewing import refusals_to_review

REVIEWS = (Role.QA,)
UNKNOWN_SITE = Refusal("UNKNOWN_SITE", "No such site. Choose one from the list.")


def review_temperature(
    *, asked: Asked, digest_shown: str, findings: str, intent: SignedIntent, at: datetime
) -> TemperatureReview:
    """
    Record that somebody looked at what is in scope and what they found, with their signature.

    digest_shown: of what the page showed; what is in scope must still be that. findings: empty for
    none.
    Raises NotFound (UNKNOWN_SITE); NotAuthorised (also OUTSIDE_SITE); ActionRefused (NO_PERIOD,
    PERIOD_TOO_LONG, PERIOD_NOT_OVER, NOTHING_TO_REVIEW, READINGS_NOT_JUDGED, SCOPE_CHANGED,
    OWN_ALARMS).
    Source: 21 CFR 1271.260(e), 211.142(b); draft Annex 11 sections 8 and 12.6; URS-43, URS-104,
    URS-107.
    """
    with signed_change(intent, action="review_temperature") as change:
        change.subject.update(kind=asked.kind, units=list(asked.unit_ids))
        require_role(intent.signer, REVIEWS)
        site = Site.objects.filter(pk=asked.site_id).first()
        if site is None:
            raise NotFound([UNKNOWN_SITE])
        insist_on_site(intent.signer, site)
        seen = seen_of(asked)
        refusals = refusals_to_review(
            since=asked.since,
            until=asked.until,
            at=at,
            units=len(seen.units),
            is_judged=seen.is_judged,
            digest=seen.digest,
            digest_shown=digest_shown,
            own=own_in(asked, seen, intent.signer),
        )
        refuse_if(refusals)
        return _record(change, asked, seen, findings=findings.strip() or "none", at=at)


def _record(
    change: OpenChange, asked: Asked, seen: Seen, *, findings: str, at: datetime
) -> TemperatureReview:
    review = TemperatureReview(
        kind=asked.kind,
        site_id=asked.site_id,
        is_whole_site=not asked.unit_ids,
        since=asked.since,
        until=asked.until,
        digest=seen.digest,
        findings=findings,
        reviewed_at=at,
    )
    review.save(force_insert=True)
    ReviewedUnit.objects.bulk_create(
        [
            ReviewedUnit(
                review=review, unit=row.unit, digest=row.digest, method=METHOD, seen=row.counts
            )
            for row in seen.units
        ]
    )
    change.sign([review])
    return review
