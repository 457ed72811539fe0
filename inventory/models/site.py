"""Sites, and who may see or work at them."""

from typing import Self

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from audit.authors import Author
from audit.models import RegulatedModel
from audit.triggers import regulated_and_deletable
from inventory.scope import granted


class SiteQuerySet(models.QuerySet["Site"]):
    """Which sites."""

    def visible_to(self, person: Author) -> Self:
        """Return the sites that `person` may look at."""
        return self.filter(
            pk__in=granted(person, "view_site", SiteUserPermission, SiteGroupPermission)
        )

    def worked_at_by(self, person: Author) -> Self:
        """Return the sites where `person` may handle product."""
        return self.filter(
            pk__in=granted(person, "work_at_site", SiteUserPermission, SiteGroupPermission)
        )


class Site(RegulatedModel):
    """
    A place that stores product.

    time_zone: the IANA name by which local times and offsets are shown; times are stored in UTC.
    Source: FDA 2003 time-zone reference; URS-71.
    """

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100, unique=True)
    time_zone = models.CharField(max_length=60)

    objects = SiteQuerySet.as_manager()

    class Meta(RegulatedModel.Meta):
        permissions = [("work_at_site", "Can handle product at the site")]

    def __str__(self) -> str:
        return self.name


class SiteUserPermission(RegulatedModel, UserObjectPermissionBase):
    """What one person may do at one site."""

    content_object = models.ForeignKey(Site, on_delete=models.PROTECT)

    class Meta(UserObjectPermissionBase.Meta):
        triggers = regulated_and_deletable()


class SiteGroupPermission(RegulatedModel, GroupObjectPermissionBase):
    """What the members of one group may do at one site."""

    content_object = models.ForeignKey(Site, on_delete=models.PROTECT)

    class Meta(GroupObjectPermissionBase.Meta):
        triggers = regulated_and_deletable()
