"""The roles people hold; each is a group, so that permissions and memberships are rows."""

from django.contrib.auth.models import Group
from django.db import models


class Role(models.TextChoices):
    """What somebody is trusted to do; where, their scopes say."""

    TECHNICIAN = "technician", "Technician"
    SUPERVISOR = "supervisor", "Supervisor"
    QA = "qa", "Quality assurance"
    RELEASE = "release", "Release"
    ADMINISTRATOR = "administrator", "Administrator"
    INSPECTOR = "inspector", "Inspector"
    SERVICE = "service", "Service account"


def ensure_roles(**_: object) -> None:
    """Create the group of each role that has none yet; runs after every migration."""
    known = set(Group.objects.values_list("name", flat=True))
    Group.objects.bulk_create([Group(name=role) for role in Role if role not in known])
