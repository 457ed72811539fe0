"""Closing a review of access by a manager's signature."""

from datetime import datetime

from accounts.authority import require_role
from accounts.models import AccessReview, ReviewStatus
from accounts.reviewing import REVIEWERS, locked_review, refusals_to_close
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if


def close_access_review(*, review_id: int, intent: SignedIntent, at: datetime) -> AccessReview:
    """
    Close a review whose every line is marked, and sign it with each of its lines.

    What is to be revoked or changed stays on the list of open items until it is done.
    Raises NotFound; NotAuthorised; ActionRefused (REVIEW_CLOSED, LINES_UNMARKED).
    Source: Annex 11 (2011) section 11; URS-18, URS-60.
    """
    with signed_change(intent, action="close_access_review") as change:
        change.subject.update(review=review_id)
        review = locked_review(review_id)
        require_role(intent.signer, REVIEWERS)
        refuse_if(refusals_to_close(review, review.lines.filter(decision="").count()))
        review.status = ReviewStatus.CLOSED
        review.closed_by_id, review.closed_at = intent.signer.pk, at
        review.save(update_fields=["status", "closed_by", "closed_at"])
        change.sign([review])
        change.sign(list(review.lines.order_by("pk")))
    return review
