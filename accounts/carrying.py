"""What issuing, testing and losing a badge or key takes."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import AccessToken, Person, TokenKind, TokenState
from accounts.roles import Role
from audit.authors import Author
from audit.errors import NotFound, Refusal

KEEPERS = (Role.ADMINISTRATOR, Role.QA)
UNKNOWN = Refusal("UNKNOWN_TOKEN", "No badge, key or device has this number.")
TAKEN = Refusal("CODE_TAKEN", "A badge, key or device with this code was issued before.")
TWO_PEOPLE = Refusal(
    "TWO_PEOPLE", "A replacement takes two: sign it together with a second keeper of tokens."
)
COUNTS_STILL = Refusal(
    "COUNTS_STILL", "The old one counts still. Report it lost or take it back first."
)
REPLACED = Refusal("REPLACED", "It was replaced already.")
OWN_TOKEN = Refusal(
    "OWN_TOKEN", "Nobody issues or tests their own badge or key: ask another keeper."
)
COUNTS_NO_MORE = Refusal("COUNTS_NO_MORE", "It counts no more already.")


@dataclass(frozen=True, kw_only=True)
class NewToken:
    """A badge, key or device to be handed over."""

    kind: TokenKind
    code: str
    holder_id: int


def locked_token(token_id: int) -> AccessToken:
    """
    Return a token under its lock.

    Raises NotFound: there is none with this number.
    """
    rows = AccessToken.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("holder").filter(pk=token_id).first()
    if found is None:
        raise NotFound([UNKNOWN])
    return found


def refusals_to_issue(new: NewToken, holder: Person, by: list[Author]) -> list[Refusal]:
    """
    Say every reason why this may not be handed to somebody; empty when it may.

    by: everybody who signs it.
    """
    refusals = []
    if not new.code.strip():
        refusals.append(Refusal("CODE_MISSING", "Enter the code that is printed on it."))
    if not holder.is_active or holder.is_shared:
        words = f"{holder.full_name} has no open account of their own."
        refusals.append(Refusal("NO_OPEN_ACCOUNT", words))
    if holder.pk in {person.pk for person in by}:
        refusals.append(OWN_TOKEN)
    codes = AccessToken.objects.filter(code=new.code.strip().upper())
    others = Person.objects.filter(badge_code__iexact=new.code.strip()).exclude(pk=holder.pk)
    if codes.exists() or (new.kind == TokenKind.BADGE and others.exists()):
        refusals.append(TAKEN)
    return refusals


def refusals_to_replace(old: AccessToken, *, is_by_two: bool) -> list[Refusal]:
    """Say every reason why a token may not be replaced; empty when it may."""
    refusals = [] if is_by_two else [TWO_PEOPLE]
    if old.ended_at is None:
        refusals.append(COUNTS_STILL)
    if AccessToken.objects.filter(replaces=old).exists():
        refusals.append(REPLACED)
    return refusals


def hand_over(
    new: NewToken, holder: Person, *, at: datetime, replaces: AccessToken | None
) -> AccessToken:
    """Write a token into the open Change; it does not count before its first test."""
    row = AccessToken(
        kind=new.kind,
        code=new.code.strip().upper(),
        holder=holder,
        replaces=replaces,
        issued_at=at,
    )
    row.save(force_insert=True)
    return row


def follow_badge(token: AccessToken) -> None:
    """Let the holder's account name the badge that counts, in the open Change, and none other."""
    if token.kind != TokenKind.BADGE:
        return
    people = Person.objects.select_for_update(of=("self",), no_key=True)
    holder = people.get(pk=token.holder_id)
    counts = token.state == TokenState.IN_USE
    if counts or (holder.badge_code or "").upper() == token.code:
        holder.badge_code = token.code if counts else None
        holder.save(update_fields=["badge_code"])
