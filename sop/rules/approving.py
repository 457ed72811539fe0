"""Whether a version may be approved, withdrawn or its procedure retired; pure."""

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from audit.errors import Refusal
from sop.models import VersionStatus

NOT_IN_REVIEW = Refusal(
    "NOT_IN_REVIEW", "This version does not wait for review. Look at its page for where it stands."
)
WROTE_IT = Refusal(
    "WROTE_IT", "You wrote on this version. Somebody else of quality approves or returns it."
)
IN_THE_PAST = Refusal(
    "EFFECTIVE_IN_THE_PAST", "It can count from now on, or later. Choose no time that has passed."
)
WITHDRAWN_BEFORE = Refusal("WITHDRAWN_BEFORE", "This version was withdrawn before.")
COUNTS_ALREADY = Refusal(
    "COUNTS_ALREADY",
    "This version is or was in force, and stays on record. Approve a later one, or retire the "
    "procedure.",
)
NOT_YOURS = Refusal(
    "NOT_YOURS", "You did not write on this version. Its author or quality withdraws it."
)


def refusals_of_approval(
    *,
    status: str,
    is_writer: bool,
    effective_at: datetime,
    later: Collection[datetime],
    at: datetime,
) -> list[Refusal]:
    """
    Say every reason why a version is not approved so.

    is_writer: the approver wrote on it. later: from when the other approved versions count.
    Source: 21 CFR 211.100(a); URS-25.
    """
    refusals = [] if status == VersionStatus.IN_REVIEW else [NOT_IN_REVIEW]
    if is_writer:
        refusals.append(WROTE_IT)
    if effective_at < at:
        refusals.append(IN_THE_PAST)
    if later and effective_at < max(later):
        since = timezone.localtime(max(later)).isoformat(" ", "minutes")
        words = f"An approved version counts from {since} on. Choose that time or a later one."
        refusals.append(Refusal("BEFORE_ANOTHER", words))
    return refusals


def refusals_to_withdraw(
    *,
    status: str,
    effective_at: datetime | None,
    is_writer: bool,
    is_quality: bool,
    at: datetime,
) -> list[Refusal]:
    """Say every reason why somebody does not withdraw a version."""
    if status == VersionStatus.WITHDRAWN:
        return [WITHDRAWN_BEFORE]
    refusals = []
    if status == VersionStatus.APPROVED and effective_at is not None and effective_at <= at:
        refusals.append(COUNTS_ALREADY)
    if not is_quality and (status == VersionStatus.APPROVED or not is_writer):
        refusals.append(NOT_YOURS)
    return refusals
