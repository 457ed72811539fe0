"""Confirming that what a review of access asked for was carried out."""

from datetime import datetime

from accounts.authority import require_role
from accounts.models import AccessReviewLine, LineDecision
from accounts.reviewing import OWN_LINE, REVIEWERS, UNKNOWN_LINE, settle
from audit.authors import Author, SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, Refusal, refuse_if
from inventory.access_facts import access_facts

NOTHING_TO_DO = Refusal("NOTHING_TO_DO", "Nothing of this line is open.")


def settle_access_line(*, line_id: int, intent: SignedIntent, at: datetime) -> AccessReviewLine:
    """
    Confirm that the access is changed as the note of a line asks; the signature says so.

    What is to be revoked settles itself when the account is closed or the token revoked.
    Raises NotFound; NotAuthorised; ActionRefused (NOTHING_TO_DO, OWN_LINE, STILL_AS_IT_WAS,
    STILL_OPEN).
    Source: Annex 11 (2011) section 11; URS-18.
    """
    with signed_change(intent, action="settle_access_line") as change:
        change.subject.update(line=line_id)
        rows = AccessReviewLine.objects.select_for_update(of=("self",), no_key=True)
        line = rows.select_related("person", "token").filter(pk=line_id).first()
        require_role(intent.signer, REVIEWERS)
        if line is None:
            raise NotFound([UNKNOWN_LINE])
        refuse_if(_refusals(line, intent.signer))
        settle([line], at=at)
        change.sign([line])
    return line


def _refusals(line: AccessReviewLine, by: Author) -> list[Refusal]:
    if line.decision in {"", LineDecision.KEEP} or line.settled_at is not None:
        return [NOTHING_TO_DO]
    refusals = [OWN_LINE] if line.person_id == by.pk else []
    if line.decision == LineDecision.REVOKE:
        words = "This is settled by itself once the account is closed, or the token revoked."
        return [*refusals, Refusal("STILL_OPEN", words)]
    facts = {fact.token: fact.words for fact in access_facts(only=[line.person_id])}
    if facts.get(line.token) == "; ".join([line.roles or "no role", *line.scopes]):
        words = f"The access of {line} is still as it was reviewed."
        refusals.append(Refusal("STILL_AS_IT_WAS", words))
    return refusals
