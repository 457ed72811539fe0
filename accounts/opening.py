"""What opening an account takes, whoever opens it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from accounts.lockout import release
from accounts.models import EarlierPassword, Person, fold
from accounts.passwords import new_secret, set_password
from accounts.roles import Role
from accounts.sides import refusals_to_combine
from audit.constraints import refused_by
from audit.errors import Refusal

BADGE_TAKEN = Refusal("BADGE_TAKEN", "Somebody has this badge already. Take a new one.")


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """
    An account to be opened.

    roles: those to be asked for. badge_code: canonical, or absent.
    is_shared: it can look but never write or sign.
    password: a secret to be told once, by which they come to choose their own.
    lasts_from: since when the password lasts as it is, for made-up people only.
    """

    user_id: str
    full_name: str
    roles: Collection[Role]
    password: str = field(default_factory=new_secret, repr=False)
    lasts_from: datetime | None = None
    badge_code: str | None = None
    is_shared: bool = False


def open_account(wanted: NewAccount) -> Person:
    """
    Write the account into the open Change; it has no role yet.

    Raises ActionRefused (USER_ID_TAKEN, BADGE_TAKEN): somebody was quicker.
    """
    person = Person(
        user_id=fold(wanted.user_id),
        full_name=wanted.full_name.strip(),
        badge_code=wanted.badge_code,
        is_shared=wanted.is_shared,
    )
    set_password(person, wanted.password, lasts_from=wanted.lasts_from)
    with (
        refused_by("accounts_person_user_id_key", _id_taken(person.user_id)),
        refused_by("accounts_person_badge_code_key", BADGE_TAKEN),
    ):
        person.save(force_insert=True)
    EarlierPassword(person=person, password=person.password).save(force_insert=True)
    release(person.user_id)  # what others typed before anybody had the id
    return person


def refusals_to_open(wanted: NewAccount) -> list[Refusal]:
    """Say every reason why this account may not be opened; empty when it may."""
    user_id = fold(wanted.user_id)
    refusals = []
    if Person.objects.filter(user_id=user_id).exists():
        refusals.append(_id_taken(user_id))
    if wanted.badge_code and Person.objects.filter(badge_code=wanted.badge_code).exists():
        refusals.append(BADGE_TAKEN)
    if not wanted.full_name.strip():
        refusals.append(Refusal("FULL_NAME_MISSING", "Enter the full legal name."))
    return refusals + refusals_to_combine(wanted.roles)


def _id_taken(user_id: str) -> Refusal:
    return Refusal("USER_ID_TAKEN", f"{user_id} was given out before; ids are never reused.")
