"""A person with a personal account, and the roles they hold."""

from typing import ClassVar

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from accounts.held import Emergency, Held, held_by
from accounts.sides import roles_of_one_side
from audit.models import ChangeHistory, RegulatedModel
from audit.triggers import (
    history_at_commit,
    never_deleted,
    never_truncated,
    only_in_a_change,
    regulated_and_deletable,
)


def fold(user_id: str) -> str:
    """Return the one spelling of a user id, so that `Ada` and `ada` are one account."""
    return user_id.strip().casefold()


class PersonManager(BaseUserManager["Person"]):
    """Finds people by user id, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """
        Return the person with this user id in any case.

        Raises Person.DoesNotExist: nobody has it.
        """
        return self.get(user_id=fold(username or ""))


class Person(AbstractBaseUser, PermissionsMixin):
    """
    One person's account: deactivated when they leave, never deleted, its id never reused.

    is_shared: a kiosk account, which can look but never write or sign.
    password_set_at: when the person chose it; empty when it is not known or was given to them.
    password_is_temporary: it opens nothing but the way to another password.
    Source: 21 CFR 11.100(a), 11.300(a); URS-10, URS-11, URS-58, URS-65.
    """

    last_login = None  # the access log holds it; a sign-in is no change of the account

    user_id = models.CharField(max_length=60, unique=True)
    full_name = models.CharField(max_length=200)
    badge_code = models.CharField(max_length=60, unique=True, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_shared = models.BooleanField(default=False)
    password_set_at = models.DateTimeField(null=True, blank=True)
    password_is_temporary = models.BooleanField(default=False, db_default=False)
    groups = models.ManyToManyField(  # type: ignore[assignment] # narrows PermissionsMixin's own
        Group, through="accounts.RoleMembership", related_name="people", related_query_name="person"
    )

    objects: ClassVar[PersonManager] = PersonManager()
    history = ChangeHistory(excluded_fields=["password"])

    USERNAME_FIELD = "user_id"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("user_id"), name="accounts_user_id_once_in_any_case"),
            models.CheckConstraint(
                condition=models.Q(user_id=Lower("user_id")) & ~models.Q(user_id=""),
                name="accounts_user_id_is_folded",
            ),
            models.CheckConstraint(
                condition=~models.Q(full_name=""), name="accounts_person_has_a_full_name"
            ),
            models.CheckConstraint(
                condition=models.Q(is_superuser=False), name="accounts_nobody_is_above_the_rules"
            ),
        ]
        triggers = [
            only_in_a_change(),
            history_at_commit(without=("password",)),
            never_deleted(),
            never_truncated(),
        ]

    def __str__(self) -> str:
        return self.full_name

    def check_password(self, raw_password: str | None) -> bool:
        """Say whether this is the password; unlike Django's, never rewrites the stored hash."""
        return check_password(raw_password, self.password)

    def get_full_name(self) -> str:
        """Return the full legal name."""
        return self.full_name

    def role_names(self) -> tuple[str, ...]:
        """
        Return the names of the roles held now, in alphabetical order; read once per instance.

        While an emergency gives a role of another side, it stands in the place of their own.
        """
        return self._held().roles

    def roles_recorded(self) -> str:
        """Return the roles as a record keeps them: what is of an emergency says so."""
        return self._held().words

    def emergencies(self) -> tuple[Emergency, ...]:
        """Return the emergency access that lasts; read together with the roles."""
        return self._held().emergencies

    def _held(self) -> Held:
        if "_held_now" not in self.__dict__:
            self.__dict__["_held_now"] = held_by(self.pk)
        held: Held = self.__dict__["_held_now"]
        return held


class RoleMembership(RegulatedModel):
    """
    A role held by a person; granted and taken back inside a Change.

    The database refuses roles that exclude each other.
    Source: Annex 11 (2011) section 12.3; URS-15, URS-16.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="memberships")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "group"], name="accounts_each_role_once"),
        ]
        triggers = [*regulated_and_deletable(), roles_of_one_side()]

    def __str__(self) -> str:
        return f"{self.person} as {self.group}"
