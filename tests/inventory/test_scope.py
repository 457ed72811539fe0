"""Who may see and work on what, by object permissions of their own and of their role."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import Model, QuerySet
from guardian.shortcuts import get_objects_for_user

from accounts.models import Person
from accounts.roles import Role
from audit.changes import machine_change
from inventory.models import Program, ProgramGroupPermission, Site, SiteGroupPermission
from tests.factories.inventory import ProgramFactory, SiteFactory
from tests.factories.people import PersonFactory


@pytest.fixture
def technician(db: None) -> Person:
    """Return a person with scopes of their own, and more through their role."""
    person = PersonFactory.create(
        roles=[Role.TECHNICIAN], programs=[ProgramFactory.create()], sites=[SiteFactory.create()]
    )
    group = Group.objects.get(name=Role.TECHNICIAN)
    shared, site = ProgramFactory.create(), SiteFactory.create()
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        ProgramGroupPermission(
            group=group,
            content_object=shared,
            permission=Permission.objects.get(codename="view_program"),
        ).save()
        SiteGroupPermission(
            group=group,
            content_object=site,
            permission=Permission.objects.get(codename="work_at_site"),
        ).save()
    ProgramFactory.create()
    SiteFactory.create()
    return person


@pytest.mark.urs("URS-14", "URS-117")
def test_agrees_with_django_guardian(technician: Person) -> None:
    stranger = PersonFactory.create(roles=[Role.QA])

    for person in (technician, stranger):
        answers = {
            "view_program": Program.objects.visible_to(person),
            "work_on_program": Program.objects.worked_on_by(person),
            "view_site": Site.objects.visible_to(person),
            "work_at_site": Site.objects.worked_at_by(person),
        }
        for codename, ours in answers.items():
            theirs: QuerySet[Model] = get_objects_for_user(person, f"inventory.{codename}")
            assert set(ours) == set(theirs), codename


def test_counts_what_is_held_twice_once(technician: Person) -> None:
    (shared,) = Program.objects.visible_to(technician).exclude(
        pk__in=Program.objects.worked_on_by(technician)
    )
    right = Permission.objects.get(codename="view_program")
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        shared.programuserpermission_set.create(user=technician, permission=right)

    assert Program.objects.visible_to(technician).filter(pk=shared.pk).count() == 1
