"""Beginning a review of access, with a picture of what everybody may do now."""

from datetime import datetime

from accounts.authority import require_role
from accounts.models import AccessReview, AccessReviewLine, ReviewStatus
from accounts.reviewing import REVIEWERS
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import Refusal
from audit.writes import create_all
from inventory.access_facts import AccessFact, access_facts

ALREADY_OPEN = Refusal("REVIEW_OPEN", "A review of access is open already. Close it first.")


def start_access_review(*, intent: SignedIntent, at: datetime) -> AccessReview:
    """
    Begin a review: one line for each open account and each service token, as they are now.

    Raises NotAuthorised; ActionRefused (REVIEW_OPEN).
    Source: Annex 11 (2011) section 11; draft Annex 11 section 11; URS-18.
    """
    with signed_change(intent, action="start_access_review") as change:
        require_role(intent.signer, REVIEWERS)
        review = AccessReview(started_by_id=intent.signer.pk, started_at=at)
        with refused_by("accounts_one_review_open", ALREADY_OPEN):
            review.save(force_insert=True)
        before = _before()
        create_all([_line(review, fact, before) for fact in access_facts()])
        change.sign([review])
    return review


Before = dict[tuple[int, int | None], str]


def _before() -> Before:
    """Return what each line of the last closed review said."""
    closed = AccessReview.objects.filter(status=ReviewStatus.CLOSED).order_by("-pk").first()
    rows = AccessReviewLine.objects.filter(review=closed) if closed is not None else ()
    return {
        (row.person_id, row.token_id): "; ".join([row.roles or "no role", *row.scopes])
        for row in rows
    }


def _line(review: AccessReview, fact: AccessFact, before: Before) -> AccessReviewLine:
    was = before.get((fact.person.pk, None if fact.token is None else fact.token.pk), "")
    return AccessReviewLine(
        review=review,
        person=fact.person,
        token=fact.token,
        roles=fact.roles,
        scopes=list(fact.scopes),
        last_used_at=fact.last_used_at,
        is_shared=fact.person.is_shared,
        has_second_factor=fact.has_second_factor,
        missing=list(fact.missing),
        was=was,
        is_changed=was != fact.words,
    )
