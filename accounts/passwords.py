"""What a password must be, how long it may be used, and the secret that opens an account."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.access_rules import limits_in_force
from accounts.models import EarlierPassword, Person
from audit.errors import Refusal

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another when read aloud
GROUPS, GROUP_LENGTH = 4, 5
TOLD_BEFORE = timedelta(days=14)
USED_BEFORE = Refusal("PASSWORD_USED_BEFORE", "You had this password before. Take a new one.")


def new_secret() -> str:
    """Return a temporary password, easily read aloud and never guessed."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def expires_at(person: Person) -> datetime | None:
    """Return when the password may no longer be used; None when nothing says how old it is."""
    if person.password_set_at is None or person.is_shared:
        return None
    return person.password_set_at + limits_in_force().password_age


def must_change(person: Person, *, at: datetime) -> bool:
    """
    Say whether somebody may do nothing but change their password.

    Source: 21 CFR 11.300(b); URS-58, URS-66.
    """
    ends_at = expires_at(person)
    return person.password_is_temporary or (ends_at is not None and ends_at <= at)


def days_left(person: Person, *, at: datetime) -> int | None:
    """Return in how many days the password expires, once it is time to say so."""
    ends_at = expires_at(person)
    if ends_at is None or ends_at - at > TOLD_BEFORE:
        return None
    return max((ends_at - at).days, 0)


def refusals_to_take(person: Person, password: str) -> list[Refusal]:
    """
    Say every reason why somebody may not take this password; empty when they may.

    Compares with earlier hashes, each as slow as a sign-in, so ask it before any row is locked.
    Source: 21 CFR 11.300(b); URS-66.
    """
    limits = limits_in_force()
    refusals = []
    if len(password) < limits.password_length:
        words = f"Take at least {limits.password_length} characters; a sentence is easy to keep."
        refusals.append(Refusal("PASSWORD_TOO_SHORT", words))
    try:
        validate_password(password, person)
    except ValidationError as fault:
        refusals += [Refusal("PASSWORD_GUESSABLE", words) for words in fault.messages]
    if not refusals and _was_used(person, password, limits.password_history):
        refusals.append(USED_BEFORE)
    return refusals


def _was_used(person: Person, password: str, number: int) -> bool:
    rows = EarlierPassword.objects.filter(person=person.pk).order_by("-id")[:number]
    hashes = {person.password, *rows.values_list("password", flat=True)}
    return any(check_password(password, each) for each in hashes)


def set_password(person: Person, password: str, *, lasts_from: datetime | None) -> None:
    """
    Put a password into a person that the open Change is about to save, and keep its hash.

    lasts_from: since when it is their own; None for a secret that only opens the way to a change.
    """
    person.password = make_password(password)
    person.password_set_at = lasts_from
    person.password_is_temporary = lasts_from is None and not person.is_shared


def forget_password(person: Person) -> None:
    """Leave a person whom the open Change is about to save without any password that counts."""
    person.password = make_password(None)
    person.password_set_at, person.password_is_temporary = None, False
