"""Closing a break in the trail, by quality."""

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if
from audit.models import TrailCheck, Verdict

NOT_OPEN = Refusal("CHECK_NOT_OPEN", "This check found nothing that is still open.")


def close_trail_check(*, check_id: int, intent: SignedIntent) -> None:
    """
    Close what a check of the trail found; the reason says what came of the investigation.

    Raises NotAuthorised; ActionRefused (CHECK_NOT_OPEN).
    Source: 21 CFR 11.10(a), (e); URS-38.
    """
    with signed_change(intent, action="close_trail_check") as change:
        change.subject["check"] = check_id
        check = TrailCheck.objects.select_for_update(no_key=True).filter(pk=check_id).first()
        require_role(intent.signer, [Role.QA])
        refuse_if([] if check is not None and check.verdict == Verdict.BROKEN else [NOT_OPEN])
        if check is not None:
            check.verdict = Verdict.CLOSED
            check.save(update_fields=["verdict"])
            change.sign([check])
