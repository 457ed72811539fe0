"""The cast: people by role, with scopes."""

from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission

from accounts.models import Person, RoleMembership
from accounts.roles import Role
from audit.changes import machine_change
from inventory.models import Program, ProgramUserPermission, Site, SiteUserPermission
from tests.factories.base import RegulatedFactory
from tests.factories.procedures import train_for_the_house

PASSWORD = "a long enough password"
FAST_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class PersonFactory(RegulatedFactory[Person]):
    """A person; `roles=[Role.QA]` gives roles, `programs=` and `sites=` the scopes to work in."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    user_id = factory.Sequence(lambda number: f"person{number}")
    full_name = factory.Sequence(lambda number: f"Person Number {number}")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))

    @factory.post_generation
    def roles(self: Person, _create: bool, extracted: list[Role] | None, **_: Any) -> None:
        """Give roles."""
        with machine_change("test set-up", action="set_up", reason="Set up a test"):
            for group in Group.objects.filter(name__in=extracted or []):
                RoleMembership(person=self, group=group).save()

    @factory.post_generation
    def programs(self: Person, _create: bool, extracted: list[Program] | None, **_: Any) -> None:
        """Let the person see and work on programs."""
        rights = Permission.objects.filter(codename__in=["view_program", "work_on_program"])
        with machine_change("test set-up", action="set_up", reason="Set up a test"):
            for program in extracted or []:
                for right in rights:
                    ProgramUserPermission(
                        user=self, content_object=program, permission=right
                    ).save()

    @factory.post_generation
    def sites(self: Person, _create: bool, extracted: list[Site] | None, **_: Any) -> None:
        """Let the person see and work at sites."""
        rights = Permission.objects.filter(codename__in=["view_site", "work_at_site"])
        with machine_change("test set-up", action="set_up", reason="Set up a test"):
            for site in extracted or []:
                for right in rights:
                    SiteUserPermission(user=self, content_object=site, permission=right).save()

    @factory.post_generation
    def trained(self: Person, _create: bool, extracted: bool | None, **_: Any) -> None:
        """Let the person be trained for the procedure of the house, unless told otherwise."""
        if extracted is not False:
            train_for_the_house([self])
