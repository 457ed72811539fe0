"""Ending a legal hold; two people of quality do it."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import ActionRefused, Refusal, refuse_if
from inventory.models import LegalHold, Program

NOT_HELD = Refusal("NOT_HELD", "No legal hold that you may see stands here.")
SAME_AS_PLACED = Refusal(
    "SAME_PERSON", "Somebody else in quality than the person who placed it releases it."
)


def release_legal_hold(*, hold_id: int, intent: SignedIntent, at: datetime) -> LegalHold:
    """
    Release a legal hold; its record may be listed as due again.

    Raises NotAuthorised; ActionRefused (NOT_HELD, SAME_PERSON).
    Source: 21 CFR 11.10(c); URS-78.
    """
    with signed_change(intent, action="release_legal_hold") as change:
        seen = Program.objects.visible_to(intent.signer)
        rows = LegalHold.objects.filter(pk=hold_id, program__in=seen, released_at__isnull=True)
        hold = rows.select_for_update(of=("self",), no_key=True).first()
        require_role(intent.signer, [Role.QA])
        if hold is None:
            raise ActionRefused([NOT_HELD])
        change.subject["subject"] = hold.subject
        refuse_if([SAME_AS_PLACED] if hold.placed_by_id == intent.signer.pk else [])
        hold.released_by_id, hold.released_at = intent.signer.pk, at
        hold.save(update_fields=["released_by", "released_at"])
        change.sign([hold])
    return hold
