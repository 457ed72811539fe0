"""Scopes as part of the query: django-guardian's object permissions, read in the same statement."""

from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from audit.authors import Author


def granted(
    person: Author,
    codename: str,
    to_people: type[UserObjectPermissionBase],
    to_groups: type[GroupObjectPermissionBase],
) -> Q:
    """Return the condition that `person`, or a group of theirs, holds `codename` on the row."""
    own = to_people._default_manager.filter(
        user_id=person.pk, permission__codename=codename, content_object=OuterRef("pk")
    )
    groups = Group.objects.filter(person=person.pk)
    shared = to_groups._default_manager.filter(
        group__in=groups, permission__codename=codename, content_object=OuterRef("pk")
    )
    return Q(Exists(own)) | Q(Exists(shared))
