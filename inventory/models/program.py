"""Sponsors and their programs: the wall behind which patients, products and vials stand."""

from typing import Self

from django.db import models
from django.db.models.expressions import RawSQL
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from audit.authors import Author
from audit.models import RegulatedModel
from audit.triggers import regulated_and_deletable
from inventory.scope import granted


class Sponsor(RegulatedModel):
    """Who owns programs: a client of a contract manufacturer, or the manufacturer itself."""

    name = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.name


class ProgramQuerySet(models.QuerySet["Program"]):
    """Which programs."""

    def visible_to(self, person: Author) -> Self:
        """Return the programs whose patients `person` may see."""
        return self.filter(pk__in=programs_seen_by(person))

    def worked_on_by(self, person: Author) -> Self:
        """Return the programs whose vials `person` may handle."""
        return self.filter(
            pk__in=granted(person, "work_on_program", ProgramUserPermission, ProgramGroupPermission)
        )


def programs_seen_by(person: Author) -> RawSQL:
    """Return the keys of the programs whose patients `person` may see, as part of a query."""
    return granted(person, "view_program", ProgramUserPermission, ProgramGroupPermission)


class Program(RegulatedModel):
    """
    A sponsor's program; people see its patients only with an object permission on it.

    Source: GDPR Art. 25; HIPAA minimum necessary; URS-117.
    """

    sponsor = models.ForeignKey(Sponsor, on_delete=models.PROTECT, related_name="programs")
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)

    objects = ProgramQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        permissions = [("work_on_program", "Can handle the program's product")]

    def __str__(self) -> str:
        return self.code


class ProgramUserPermission(RegulatedModel, UserObjectPermissionBase):
    """What one person may do in one program."""

    content_object = models.ForeignKey(Program, on_delete=models.PROTECT)

    class Meta(UserObjectPermissionBase.Meta):
        triggers = regulated_and_deletable()


class ProgramGroupPermission(RegulatedModel, GroupObjectPermissionBase):
    """What the members of one group may do in one program."""

    content_object = models.ForeignKey(Program, on_delete=models.PROTECT)

    class Meta(GroupObjectPermissionBase.Meta):
        triggers = regulated_and_deletable()
