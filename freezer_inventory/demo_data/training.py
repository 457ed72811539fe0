"""The training of the demo's people: read and signed, assessed, one expired, one not read yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from audit.models import Meaning
from freezer_inventory.demo_data.cast import Cast
from sop.actions.assess_in_practice import assess_in_practice
from sop.actions.sign_read_understood import sign_read_understood
from sop.documents.reading import stored_document
from sop.models import ProcedureVersion
from sop.training import months_after

EVERYBODY = ("supervisor", "qa", "qa2", "technician", "witness", "release", "harbor")
OBSERVED = "Did it on three training vials, lid closed within a minute, nothing left out"


@dataclass(frozen=True, kw_only=True)
class Otherwise:
    """Somebody who is not trained for one version like the others; by user id."""

    user_id: str
    version: ProcedureVersion


def train(
    cast: Cast,
    versions: Sequence[ProcedureVersion],
    *,
    people: Sequence[str] = EVERYBODY,
    expired: Otherwise | None = None,
    unread: Otherwise | None = None,
) -> None:
    """
    Train people for versions that are approved.

    people: by user id; a supervisor and somebody of quality among them, who assess. expired: whose
    assessment ran out a month ago. unread: who has not read a version yet.
    """
    now = timezone.now()
    for version in versions:
        late = expired.user_id if expired is not None and expired.version == version else ""
        leaves = unread.user_id if unread is not None and unread.version == version else ""
        readers = [who for who in people if who != leaves]
        for who in readers:
            _read(cast, who, version, at=_month_ago(version, now) if who == late else now)
        if version.needs_assessment:
            _assess_all(cast, readers, version, late=late, now=now)
        cast.tell()


def _read(cast: Cast, who: str, version: ProcedureVersion, *, at: datetime) -> None:
    intent = cast.signs(who, "Training on a new version", meaning=Meaning.RESPONSIBILITY)
    sign_read_understood(version_id=version.pk, intent=intent, at=at)


def _assess_all(
    cast: Cast, people: Sequence[str], version: ProcedureVersion, *, late: str, now: datetime
) -> None:
    """Let quality assess the first supervisor, who assesses the others."""
    _assess(cast, "supervisor", version, by="qa", at=now)
    for who in people:
        if who != "supervisor":
            at = _month_ago(version, now) if who == late else now
            _assess(cast, who, version, by="supervisor", at=at)


def _assess(cast: Cast, who: str, version: ProcedureVersion, *, by: str, at: datetime) -> None:
    assess_in_practice(
        person_id=cast.people[who].pk,
        version_id=version.pk,
        is_passed=True,
        observed=OBSERVED,
        intent=cast.signs(by, "First assessment", meaning=Meaning.REVIEWED),
        at=at,
    )


def _month_ago(version: ProcedureVersion, now: datetime) -> datetime:
    """Return when somebody was assessed whose assessment ran out a month ago."""
    months = stored_document(version.document).training.valid_months
    return months_after(now, -(months + 1))
